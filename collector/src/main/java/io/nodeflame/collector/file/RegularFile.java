package io.nodeflame.collector.file;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/**
 * Reads small files that users name. A FIFO would be waited for, and a device read, without end: so
 * both are refused, as is a directory.
 */
public final class RegularFile {
  private RegularFile() {}

  /**
   * The start of a file; links are followed.
   *
   * @param maxBytes at most so much is read: ask for one byte more to see that there is more
   * @throws NoSuchFileException when there is nothing of this name
   * @throws FileSystemException when it is no regular file, or as the system says
   */
  public static byte[] read(Path file, int maxBytes) throws IOException {
    if (Files.exists(file) && !Files.isRegularFile(file)) {
      String kind = Files.isDirectory(file) ? "a directory" : "a FIFO, socket or device";
      throw new FileSystemException(
          file.toString(), null, "this is " + kind + ", and a regular file is needed");
    }
    try (InputStream in = Files.newInputStream(file)) {
      return in.readNBytes(maxBytes);
    }
  }
}
