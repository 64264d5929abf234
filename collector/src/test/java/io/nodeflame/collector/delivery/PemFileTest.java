package io.nodeflame.collector.delivery;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.interfaces.ECPrivateKey;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Private keys as openssl writes them, in the formats that cert-manager uses. */
class PemFileTest {
  @TempDir Path dir;

  @Test
  void onlyARegularFileOfSaneSizeIsRead() throws Exception {
    IOException device =
        assertThrows(IOException.class, () -> PemFile.certificates(Path.of("/dev/zero")));
    assertTrue(device.getMessage().contains("a regular file is needed"), device.getMessage());
    Path large = Files.write(dir.resolve("large"), new byte[(1 << 20) + 1]);
    IOException refused = assertThrows(IOException.class, () -> PemFile.privateKey(large));
    assertEquals(large + " is larger than 1048576 bytes", refused.getMessage());
  }

  @Test
  void readsTheOlderFormatsOfRsaAndEcKeys() throws Exception {
    Path pkcs8 = openssl("rsa8", "BEGIN PRIVATE KEY", "genpkey", "-algorithm", "RSA", "-out");
    Path pkcs1 =
        openssl(
            "rsa1",
            "BEGIN RSA PRIVATE KEY",
            "rsa",
            "-in",
            pkcs8.toString(),
            "-traditional",
            "-out");
    assertEquals(PemFile.privateKey(pkcs8), PemFile.privateKey(pkcs1));
    for (String curve : new String[] {"prime256v1", "secp384r1", "secp521r1"}) {
      Path sec1 =
          openssl(
              curve,
              "BEGIN EC PRIVATE KEY",
              "ecparam",
              "-genkey",
              "-name",
              curve,
              "-noout",
              "-out");
      Path ec8 =
          openssl(
              curve + "8",
              "BEGIN PRIVATE KEY",
              "pkcs8",
              "-topk8",
              "-nocrypt",
              "-in",
              sec1.toString(),
              "-out");
      ECPrivateKey expected = (ECPrivateKey) PemFile.privateKey(ec8);
      ECPrivateKey read = (ECPrivateKey) PemFile.privateKey(sec1);
      assertEquals(expected.getS(), read.getS());
      assertEquals(expected.getParams().getCurve(), read.getParams().getCurve());
    }
    Path edwards = openssl("ed", "BEGIN PRIVATE KEY", "genpkey", "-algorithm", "Ed25519", "-out");
    assertEquals("EdDSA", PemFile.privateKey(edwards).getAlgorithm());
    mutated(pkcs1);
    mutated(dir.resolve("prime256v1"));
  }

  @Test
  void refusesWhatIsNoKeyNamingTheFile() throws Exception {
    String[] texts = {
      "",
      "-----BEGIN PRIVATE KEY-----\nAAAA",
      "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----",
      "-----BEGIN RSA PRIVATE KEY-----\n-----END RSA PRIVATE KEY-----",
      "-----BEGIN EC PRIVATE KEY-----\noAYH\n-----END EC PRIVATE KEY-----",
      "-----BEGIN ENCRYPTED PRIVATE KEY-----\nAAAA\n-----END ENCRYPTED PRIVATE KEY-----"
    };
    for (String text : texts) {
      Path file = Files.writeString(dir.resolve("bad.key"), text);
      IOException e = assertThrows(IOException.class, () -> PemFile.privateKey(file));
      assertTrue(e.getMessage().contains("bad.key"), e.getMessage());
    }
  }

  /** Whatever a broken file holds, it is refused with an IOException or read. */
  private void mutated(Path key) throws Exception {
    byte[] bytes = Files.readAllBytes(key);
    Random random = new Random(3);
    int refused = 0;
    for (int i = 0; i < 200; i++) {
      byte[] broken = bytes.clone();
      broken[random.nextInt(broken.length)] = (byte) random.nextInt(128);
      broken[random.nextInt(broken.length)] = (byte) random.nextInt(128);
      try {
        PemFile.privateKey(Files.write(dir.resolve("broken"), broken));
      } catch (IOException e) {
        refused++;
      }
    }
    assertTrue(refused > 10, refused + " refused");
  }

  private Path openssl(String file, String header, String... command) throws Exception {
    Path path = dir.resolve(file);
    String[] full = new String[command.length + 2];
    full[0] = "openssl";
    System.arraycopy(command, 0, full, 1, command.length);
    full[full.length - 1] = path.toString();
    try {
      Process process = new ProcessBuilder(full).redirectErrorStream(true).start();
      String output = new String(process.getInputStream().readAllBytes(), UTF_8);
      assertEquals(0, process.waitFor(), output);
    } catch (IOException e) {
      if (Boolean.getBoolean("nodeflame.kernel.required")) {
        fail("openssl is not installed: needed to make keys");
      }
      assumeTrue(false, "openssl is not installed: no keys to read");
    }
    assertTrue(Files.readString(path).contains(header), header);
    return path;
  }
}
