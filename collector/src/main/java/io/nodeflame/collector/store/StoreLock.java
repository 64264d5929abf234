package io.nodeflame.collector.store;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Keeps a second process out of a store's directory. The lock is the kernel's and ends with the
 * process, however that ends: a file left behind means nothing. The file holds the pid, for the
 * message to whoever comes second.
 */
final class StoreLock implements AutoCloseable {
  static final String NAME = "lock";

  private static final int MAX_PID_DIGITS = 10;

  private final FileChannel channel;

  private StoreLock(FileChannel channel) {
    this.channel = channel;
  }

  /**
   * Takes the lock of a directory, which is made when it is missing.
   *
   * @throws IOException when somebody else has it, or the directory cannot be written
   */
  static StoreLock take(Path dir) throws IOException {
    Files.createDirectories(dir);
    FileChannel channel =
        FileChannel.open(
            dir.resolve(NAME),
            Set.of(StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE),
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    try {
      if (lock(channel) == null) {
        throw new IOException(
            "the store's directory "
                + dir
                + " is in use by another nodeflame"
                + holder(channel)
                + ": stop that one, or set another store.dir");
      }
      writePid(channel);
      return new StoreLock(channel);
    } catch (IOException e) {
      channel.close();
      throw e;
    }
  }

  private static @Nullable FileLock lock(FileChannel channel) throws IOException {
    try {
      return channel.tryLock();
    } catch (OverlappingFileLockException e) {
      return null; // this very process has it
    }
  }

  /** What the holder wrote, where that reads as a pid: of its own pid namespace. */
  private static String holder(FileChannel channel) throws IOException {
    ByteBuffer bytes = ByteBuffer.allocate(MAX_PID_DIGITS + 1);
    channel.read(bytes, 0);
    String text = new String(bytes.array(), 0, bytes.position(), StandardCharsets.US_ASCII);
    return text.strip().matches("[0-9]{1," + MAX_PID_DIGITS + "}")
        ? ", process " + text.strip()
        : "";
  }

  private static void writePid(FileChannel channel) {
    String pid = ProcessHandle.current().pid() + "\n";
    try {
      channel.truncate(0);
      channel.write(ByteBuffer.wrap(pid.getBytes(StandardCharsets.US_ASCII)), 0);
    } catch (IOException e) {
      // The disk is full: the lock holds all the same, and its message lacks the pid.
    }
  }

  /** Lets others in. The file stays: to remove it would take it from who opened it just now. */
  @Override
  public void close() throws IOException {
    channel.close();
  }
}
