package io.nodeflame.bpf;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** What the kernel accounts for a BPF map: the line {@code memlock:} of its fdinfo. */
final class MapMemory {
  private static final String FIELD = "memlock:";

  private MapMemory() {}

  /** Bytes, 0 when the kernel does not say. */
  static long bytes(int mapFd) {
    try {
      return parse(Files.readString(Path.of("/proc/self/fdinfo/" + mapFd)));
    } catch (IOException e) {
      return 0;
    }
  }

  static long parse(String fdinfo) {
    return fdinfo
        .lines()
        .filter(line -> line.startsWith(FIELD))
        .mapToLong(line -> Long.parseLong(line.substring(FIELD.length()).strip()))
        .findFirst()
        .orElse(0);
  }
}
