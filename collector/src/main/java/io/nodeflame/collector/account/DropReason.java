package io.nodeflame.collector.account;

/** Why the collector itself did not keep a sample. */
public enum DropReason {
  /** The configuration excludes its target. */
  EXCLUDED("excluded", "the configuration excludes the sample's target"),
  /** No target could be found for its process. */
  UNMATCHED("unmatched", "no target is known for the sample's process"),
  /** A profile could not be encoded: a bug. */
  ENCODING_FAILED("encoding_failed", "the profile could not be encoded");

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
