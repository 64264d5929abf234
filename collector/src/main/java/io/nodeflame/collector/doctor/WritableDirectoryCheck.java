package io.nodeflame.collector.doctor;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** A directory of the daemon can be written, or made; and has the room it may use. */
final class WritableDirectoryCheck implements Check {
  private static final int WRITTEN_BYTES = 64 * 1024;

  /** The keys of the configuration that name the directory and bound its size. */
  record Keys(String directory, String size) {}

  private final String name;
  private final Keys keys;
  private final Path directory;
  private final long neededBytes;

  /**
   * @param neededBytes what the daemon may fill it with
   */
  WritableDirectoryCheck(String name, Keys keys, Path directory, long neededBytes) {
    this.name = name;
    this.keys = keys;
    this.directory = directory;
    this.neededBytes = neededBytes;
  }

  @Override
  public CheckResult run() {
    Path existing = nearestExisting();
    if (!Files.isDirectory(existing)) {
      return failed(existing + " is not a directory");
    }
    try {
      write(existing);
      long free = Files.getFileStore(existing).getUsableSpace();
      if (free < neededBytes) {
        return CheckResult.warning(
            name,
            directory + " has " + mebibytes(free) + " free, may use " + mebibytes(neededBytes),
            "make room, or lower " + keys.size());
      }
    } catch (IOException e) {
      return failed(existing + " cannot be written");
    }
    return CheckResult.ok(
        name, directory + (existing.equals(directory) ? " is writable" : " can be created"));
  }

  private CheckResult failed(String what) {
    return CheckResult.failed(
        name,
        keys.directory() + ": " + what,
        "make room or mount a writable volume at "
            + directory
            + ", or set "
            + keys.directory()
            + " to another directory");
  }

  /** A full disk still takes empty files. */
  private static void write(Path directory) throws IOException {
    Path file = Files.createTempFile(directory, ".nodeflame-doctor", null);
    try {
      Files.write(file, new byte[WRITTEN_BYTES]);
    } finally {
      Files.delete(file);
    }
  }

  private Path nearestExisting() {
    Path path = directory;
    while (!Files.exists(path)) {
      Path parent = path.getParent();
      if (parent == null) {
        return path;
      }
      path = parent;
    }
    return path;
  }

  private static String mebibytes(long bytes) {
    return (bytes >> 20) + " MiB";
  }
}
