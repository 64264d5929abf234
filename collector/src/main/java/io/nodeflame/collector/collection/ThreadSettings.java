package io.nodeflame.collector.collection;

/**
 * How the threads of a process are told apart in its profiles.
 *
 * @param asLabel as the label {@value #LABEL} of series of their own; otherwise as a root frame
 */
public record ThreadSettings(By by, boolean asLabel) {
  /** The name of the label. */
  public static final String LABEL = "thread";

  /** Not at all. */
  public static final ThreadSettings NONE = new ThreadSettings(By.NOTHING, false);

  /** What tells them apart. */
  public enum By {
    NOTHING,
    /** Of a Java machine: what they are there for. */
    KIND,
    /** Their names, with {@code #} for each number. */
    NAME
  }
}
