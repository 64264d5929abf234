package io.nodeflame.collector.delivery;

import io.nodeflame.collector.file.RegularFile;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.HexFormat;

/** Certificates and private keys in PEM files, as cert-manager and openssl write them. */
final class PemFile {
  private static final int MAX_BYTES = 1 << 20;
  private static final String[] ALGORITHMS = {"RSA", "EC", "Ed25519"};
  // AlgorithmIdentifier of rsaEncryption with NULL parameters (RFC 8017).
  private static final byte[] RSA = HexFormat.of().parseHex("300d06092a864886f70d0101010500");
  // Object identifier id-ecPublicKey (RFC 5480).
  private static final byte[] EC_PUBLIC_KEY = HexFormat.of().parseHex("06072a8648ce3d0201");
  private static final byte[] VERSION_0 = {2, 1, 0};

  private PemFile() {}

  static Certificate[] certificates(Path file) throws IOException, GeneralSecurityException {
    byte[] bytes = read(file).getBytes(StandardCharsets.ISO_8859_1);
    Certificate[] certificates =
        CertificateFactory.getInstance("X.509")
            .generateCertificates(new ByteArrayInputStream(bytes))
            .toArray(new Certificate[0]);
    if (certificates.length == 0) {
      throw new IOException("no certificate in " + file);
    }
    return certificates;
  }

  static PrivateKey privateKey(Path file) throws IOException {
    String text = read(file);
    byte[] pkcs8;
    if (text.contains("-----BEGIN PRIVATE KEY-----")) {
      pkcs8 = block(text, "PRIVATE KEY", file);
    } else if (text.contains("-----BEGIN RSA PRIVATE KEY-----")) {
      pkcs8 = wrap(RSA, block(text, "RSA PRIVATE KEY", file));
    } else if (text.contains("-----BEGIN EC PRIVATE KEY-----")) {
      byte[] key = block(text, "EC PRIVATE KEY", file);
      pkcs8 = wrap(der(0x30, concat(EC_PUBLIC_KEY, curve(key, file))), key);
    } else {
      throw new IOException("no unencrypted private key in " + file);
    }
    for (String algorithm : ALGORITHMS) {
      try {
        return KeyFactory.getInstance(algorithm).generatePrivate(new PKCS8EncodedKeySpec(pkcs8));
      } catch (GeneralSecurityException e) {
        // Another kind of key: the next algorithm will tell.
      }
    }
    throw new IOException("the private key in " + file + " is neither RSA nor EC nor Ed25519");
  }

  private static String read(Path file) throws IOException {
    byte[] bytes = RegularFile.read(file, MAX_BYTES + 1);
    if (bytes.length > MAX_BYTES) {
      throw new IOException(file + " is larger than " + MAX_BYTES + " bytes");
    }
    return new String(bytes, StandardCharsets.ISO_8859_1);
  }

  private static byte[] block(String text, String label, Path file) throws IOException {
    String begin = "-----BEGIN " + label + "-----";
    int start = text.indexOf(begin) + begin.length();
    int end = text.indexOf("-----END " + label + "-----", start);
    if (end < 0) {
      throw new IOException("the private key in " + file + " has no end");
    }
    try {
      return Base64.getMimeDecoder().decode(text.substring(start, end));
    } catch (IllegalArgumentException e) {
      throw new IOException("the private key in " + file + " is not base64", e);
    }
  }

  /** PKCS#8 (RFC 5208) around the older formats, which are all that Java lacks. */
  private static byte[] wrap(byte[] algorithm, byte[] key) {
    return der(0x30, concat(concat(VERSION_0, algorithm), der(4, key)));
  }

  /** The curve's object identifier within ECPrivateKey (RFC 5915): field [0], after the key. */
  private static byte[] curve(byte[] key, Path file) throws IOException {
    for (int i = 0; i + 4 < key.length; i++) {
      boolean field = (key[i] & 0xff) == 0xa0 && key[i + 2] == 6 && key[i + 1] == key[i + 3] + 2;
      if (field && key[i + 3] > 0 && i + 4 + key[i + 3] <= key.length) {
        byte[] curve = new byte[key[i + 3] + 2];
        System.arraycopy(key, i + 2, curve, 0, curve.length);
        return curve;
      }
    }
    throw new IOException("the EC private key in " + file + " does not name its curve");
  }

  private static byte[] der(int tag, byte[] content) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.write(tag);
    if (content.length < 0x80) {
      out.write(content.length);
    } else {
      // DER wants the shortest form; no key has 64 KiB.
      if (content.length > 0xff) {
        out.write(0x82);
        out.write(content.length >> 8);
      } else {
        out.write(0x81);
      }
      out.write(content.length);
    }
    out.writeBytes(content);
    return out.toByteArray();
  }

  private static byte[] concat(byte[] first, byte[] second) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.writeBytes(first);
    out.writeBytes(second);
    return out.toByteArray();
  }
}
