package io.nodeflame.collector.account;

/** Why the collector itself did not keep a sample. */
public enum DropReason {
  /** The configuration excludes its target. */
  EXCLUDED("excluded", "the configuration excludes the sample's target"),
  /** No target could be found for its process. */
  UNMATCHED("unmatched", "no target is known for the sample's process"),
  /** More distinct stacks in one drain than the bounded table takes. */
  TABLE_FULL("table_full", "more distinct stacks came at once than are kept in memory"),
  /** A profile could not be encoded: a bug. */
  ENCODING_FAILED("encoding_failed", "the profile could not be encoded"),
  /** A stack could not be named: a bug. */
  INTERNAL("internal", "a fault of this program, which its log names"),
  /** The daemon ended before they were in a profile. */
  SHUTDOWN("shutdown", "the daemon ended before the sample was in a profile");

  private final String label;
  private final String sentence;

  DropReason(String label, String sentence) {
    this.label = label;
    this.sentence = sentence;
  }

  /** Value of the metric label {@code reason}. */
  public String label() {
    return label;
  }

  /** One sentence for humans. */
  public String sentence() {
    return sentence;
  }
}
