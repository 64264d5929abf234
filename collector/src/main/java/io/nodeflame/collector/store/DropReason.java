package io.nodeflame.collector.store;

/** Why the store does not hold a profile that it was given. */
public enum DropReason {
  /** Older than the retention, at once or in the end. */
  RETENTION("retention"),
  /** The oldest, when the file was full. */
  SIZE("size"),
  /** Same series and time as the profile before it: a repeated push. */
  DUPLICATE("duplicate"),
  /** Its time is in the future, or before 1970. */
  TIME("time"),
  /** Not a readable pprof, or larger than any profile may be. */
  MALFORMED("malformed"),
  /** One series more than the store keeps. */
  SERIES_LIMIT("series_limit"),
  /** The file could not be written or read. */
  STORE_FAILED("store_failed");

  private final String label;

  DropReason(String label) {
    this.label = label;
  }

  /** Lower-case word for metrics. */
  public String label() {
    return label;
  }
}
