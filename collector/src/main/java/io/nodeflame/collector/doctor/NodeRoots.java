package io.nodeflame.collector.doctor;

import java.nio.file.Path;

/** Where the kernel's file systems are; directories with literal files in tests. */
public record NodeRoots(Path proc, Path sys) {
  public static final NodeRoots DEFAULT = new NodeRoots(Path.of("/proc"), Path.of("/sys"));
}
