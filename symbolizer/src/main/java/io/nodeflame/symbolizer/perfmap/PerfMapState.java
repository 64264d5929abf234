package io.nodeflame.symbolizer.perfmap;

/** What the last refresh of a perf-map found while there was a process. */
public enum PerfMapState {
  /** The process writes none, or it was deleted. */
  ABSENT,
  /** There is something, but it is not to be trusted or not readable. */
  REFUSED,
  /** There is one, and it was read as far as the limits allow. */
  READ
}
