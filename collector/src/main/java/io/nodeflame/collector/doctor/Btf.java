package io.nodeflame.collector.doctor;

import java.nio.file.Files;
import java.nio.file.Path;

/** The kernel's own type information, which relocates the programs to this kernel. */
final class Btf {
  private Btf() {}

  static boolean isIn(Path sys) {
    return Files.isReadable(sys.resolve("kernel/btf/vmlinux"));
  }
}
