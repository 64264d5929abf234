package io.nodeflame.discovery.pod;

import java.util.Map;
import java.util.TreeMap;
import java.util.function.Predicate;

/**
 * Collects the labels or annotations of one object within bounds. An entry that breaks a bound is
 * left out whole: a cut value would be a wrong one. The API server writes entries sorted by key, so
 * the same ones are kept each time.
 */
public final class MetaEntries {
  /** The API server's own bound of a key: a DNS name of 253, a slash, a name of 63. */
  public static final int MAX_KEY_CHARS = 317;

  /** The API server's own bound of a label's value. */
  public static final int MAX_LABEL_CHARS = 63;

  /** A label of a series may have half of it. */
  public static final int MAX_ANNOTATION_CHARS = 1024;

  /** The API server has no bound; people use a dozen. */
  public static final int MAX_ENTRIES = 128;

  /** Of all keys and values together. */
  public static final int MAX_TOTAL_CHARS = 16 * 1024;

  /** The whole object once more, as JSON. */
  private static final String LAST_APPLIED = "kubectl.kubernetes.io/last-applied-configuration";

  private final Predicate<String> wanted;
  private final int maxValueChars;
  private final TreeMap<String, String> kept = new TreeMap<>();
  private int chars;
  private int leftOut;

  private MetaEntries(Predicate<String> wanted, int maxValueChars) {
    this.wanted = wanted;
    this.maxValueChars = maxValueChars;
  }

  /** For labels. */
  public static MetaEntries ofLabels() {
    return new MetaEntries(key -> true, MAX_LABEL_CHARS);
  }

  /**
   * For annotations.
   *
   * @param wanted called with the key of an annotation; kubectl's copy of the object never is
   */
  public static MetaEntries ofAnnotations(Predicate<String> wanted) {
    return new MetaEntries(
        key -> !key.equals(LAST_APPLIED) && wanted.test(key), MAX_ANNOTATION_CHARS);
  }

  /** Keeps it, or not. */
  public void put(String key, String value) {
    int size = key.length() + value.length();
    boolean fits =
        !key.isEmpty()
            && key.length() <= MAX_KEY_CHARS
            && value.length() <= maxValueChars
            && kept.size() < MAX_ENTRIES
            && chars + size <= MAX_TOTAL_CHARS;
    if (!wanted.test(key)) {
      return;
    }
    if (fits) {
      chars += size;
      kept.put(key, value);
    } else {
      leftOut++;
    }
  }

  /** How many were wanted and break a bound. */
  int leftOut() {
    return leftOut;
  }

  /** Unmodifiable. */
  public Map<String, String> asMap(SharedStrings strings) {
    if (kept.isEmpty()) {
      return Map.of();
    }
    TreeMap<String, String> shared = new TreeMap<>();
    kept.forEach((key, value) -> shared.put(strings.share(key), strings.share(value)));
    return Map.copyOf(shared);
  }
}
