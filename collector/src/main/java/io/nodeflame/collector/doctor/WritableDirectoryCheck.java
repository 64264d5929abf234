package io.nodeflame.collector.doctor;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** A directory of the daemon can be written, or made; and has the room it may use. */
final class WritableDirectoryCheck implements Check {
  private final String name;
  private final Path directory;
  private final long neededBytes;

  /**
   * @param neededBytes what the daemon may fill it with
   */
  WritableDirectoryCheck(String name, Path directory, long neededBytes) {
    this.name = name;
    this.directory = directory;
    this.neededBytes = neededBytes;
  }

  @Override
  public CheckResult run() {
    Path existing = nearestExisting();
    String fix = "mount a writable volume at " + directory + ", or set another directory";
    if (!Files.isDirectory(existing)) {
      return CheckResult.failed(name, existing + " is not a directory", fix);
    }
    try {
      Files.delete(Files.createTempFile(existing, ".nodeflame-doctor", null));
      long free = Files.getFileStore(existing).getUsableSpace();
      if (free < neededBytes) {
        return CheckResult.warning(
            name,
            directory + " has " + mebibytes(free) + " free, may use " + mebibytes(neededBytes),
            "make room, or lower its size in the configuration");
      }
    } catch (IOException e) {
      return CheckResult.failed(name, existing + " cannot be written", fix);
    }
    return CheckResult.ok(
        name, directory + (existing.equals(directory) ? " is writable" : " can be created"));
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
