package io.nodeflame.bpf;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.BitSet;

/** Which CPUs are online: {@code /sys/devices/system/cpu/online}, such as {@code 0-3,6}. */
final class OnlineCpus {
  private static final int MAX_CPUS = 8192;

  private final Path file;

  OnlineCpus(Path sys) {
    this.file = sys.resolve("devices/system/cpu/online");
  }

  BitSet read() throws IOException {
    return parse(Files.readString(file));
  }

  static BitSet parse(String text) throws IOException {
    BitSet cpus = new BitSet();
    for (String range : text.strip().split(",", -1)) {
      int dash = range.indexOf('-');
      try {
        int first = Integer.parseInt(dash < 0 ? range : range.substring(0, dash));
        int last = dash < 0 ? first : Integer.parseInt(range.substring(dash + 1));
        if (first < 0 || last < first || last >= MAX_CPUS) {
          throw new IOException("CPU range '" + range + "' is malformed");
        }
        cpus.set(first, last + 1);
      } catch (NumberFormatException e) {
        throw new IOException("CPU range '" + range + "' is malformed", e);
      }
    }
    return cpus;
  }
}
