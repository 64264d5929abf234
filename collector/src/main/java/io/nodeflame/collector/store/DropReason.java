package io.nodeflame.collector.store;

/** Why the store does not hold a profile that it was given. */
public enum DropReason {
  /** Older than the retention, at once or in the end. */
  RETENTION("retention", false),
  /** The oldest, when the file was full. */
  SIZE("size", false),
  /** Same series and time as the profile before it: a repeated push. */
  DUPLICATE("duplicate", true),
  /** Its time is in the future, or before 1970. */
  TIME("time", true),
  /** Not a readable pprof, or larger than any profile may be. */
  MALFORMED("malformed", true),
  /** One series more than the store keeps. */
  SERIES_LIMIT("series_limit", true),
  /** The file could not be written when it came, or before it was on disk. */
  STORE_FAILED("store_failed", true),
  /** On disk before the file failed: found again where the file can be opened again. */
  FILE_FAILED("file_failed", false);

  private final String label;
  private final boolean refusal;

  DropReason(String label, boolean refusal) {
    this.label = label;
    this.refusal = refusal;
  }

  /** Lower-case word for metrics. */
  public String label() {
    return label;
  }

  /** Whether the profile was never stored; otherwise it was there for a while. */
  public boolean isRefusal() {
    return refusal;
  }
}
