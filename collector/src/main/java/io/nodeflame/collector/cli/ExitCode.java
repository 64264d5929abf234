package io.nodeflame.collector.cli;

/** What the program's end means to who started it. */
public final class ExitCode {
  public static final int GOOD = 0;
  public static final int FAILED = 1;

  /** Wrong use or configuration: trying again will not help. */
  public static final int WRONG_USE = 2;

  private ExitCode() {}
}
