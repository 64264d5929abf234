package io.nodeflame.collector.file;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.nodeflame.collector.config.ConfigLoader;
import io.nodeflame.collector.config.Secret;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A FIFO that nobody writes to is waited for without end: hence the time limit. */
@Timeout(value = 30, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class RegularFileTest {
  private static final String FIFO =
      ": this is a FIFO, socket or device, and a regular file is needed";

  @TempDir Path dir;

  private Path fifo() throws Exception {
    Path fifo = dir.resolve("fifo");
    assertEquals(0, new ProcessBuilder("mkfifo", fifo.toString()).start().waitFor());
    return fifo;
  }

  private static String message(Path file) {
    return assertThrows(IOException.class, () -> RegularFile.read(file, 10)).getMessage();
  }

  @Test
  void startOfAFileIsReadThroughLinks() throws Exception {
    Path file = Files.writeString(dir.resolve("file"), "0123456789");
    Path link = Files.createSymbolicLink(dir.resolve("link"), file);
    assertEquals("0123", new String(RegularFile.read(link, 4), StandardCharsets.UTF_8));
    assertEquals(10, RegularFile.read(file, 11).length);
  }

  @Test
  void whatIsNoRegularFileIsRefusedByItsName() throws Exception {
    Path fifo = fifo();
    assertEquals(fifo + FIFO, message(fifo));
    Path link = Files.createSymbolicLink(dir.resolve("link"), fifo);
    assertEquals(link + FIFO, message(link));
    assertEquals("/dev/zero" + FIFO, message(Path.of("/dev/zero")));
    assertEquals(dir + ": this is a directory, and a regular file is needed", message(dir));
    assertThrows(NoSuchFileException.class, () -> RegularFile.read(dir.resolve("none"), 10));
  }

  @Test
  void configurationAndSecretsAreRegularFiles() throws Exception {
    Path fifo = fifo();
    assertEquals(
        fifo + FIFO,
        assertThrows(IOException.class, () -> ConfigLoader.load(fifo, Map.of())).getMessage());
    assertEquals(
        fifo + FIFO, assertThrows(IOException.class, Secret.inFile(fifo)::reveal).getMessage());
  }
}
