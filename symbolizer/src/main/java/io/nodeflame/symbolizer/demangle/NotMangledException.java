package io.nodeflame.symbolizer.demangle;

/** Leaves a demangler whose name breaks the grammar or a bound. Never reaches a caller. */
final class NotMangledException extends RuntimeException {
  private static final long serialVersionUID = 1;

  /** Cheap: it has neither message nor stack trace. */
  NotMangledException() {
    super(null, null, false, false);
  }
}
