package io.nodeflame.symbolizer;

/** Where a frame's code comes from; profiles carry it and the flame graph colours by it. */
public enum FrameKind {
  KERNEL("kernel"),
  NATIVE("native"),
  GO("go"),
  /** Code made at run time and named by a perf-map. */
  JIT("jit"),
  JAVA_INTERPRETED("java-interpreted"),
  /** By HotSpot's quick compiler, C1, and wrappers of native methods. */
  JAVA_COMPILED("java-c1"),
  /** By HotSpot's optimizing compiler, C2. */
  JAVA_OPTIMIZED("java-c2"),
  /** Code that HotSpot made for itself. */
  JAVA_STUB("java-stub");

  private final String label;

  FrameKind(String label) {
    this.label = label;
  }

  /** Lower-case word for labels and file formats. */
  public String label() {
    return label;
  }
}
