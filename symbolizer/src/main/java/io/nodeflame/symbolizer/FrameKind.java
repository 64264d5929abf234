package io.nodeflame.symbolizer;

/** Where a frame's code comes from; profiles carry it and the flame graph colours by it. */
public enum FrameKind {
  KERNEL("kernel"),
  NATIVE("native"),
  GO("go"),
  /** Code made at run time and named by a perf-map. */
  JIT("jit");

  private final String label;

  FrameKind(String label) {
    this.label = label;
  }

  /** Lower-case word for labels and file formats. */
  public String label() {
    return label;
  }
}
