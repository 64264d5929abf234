package io.nodeflame.collector.profile;

/**
 * What trees tell functions apart by, besides their names: a Java method is one node whether it was
 * interpreted or compiled, by either compiler, as it goes from one to the other while it warms up.
 */
public final class KindFamily {
  private static final String JAVA = "java";
  private static final String STUB = "java-stub";

  private KindFamily() {}

  /** The kind of a tree's node for a frame of this kind. */
  public static String of(String kind) {
    return kind.startsWith(JAVA + "-") && !kind.equals(STUB) ? JAVA : kind;
  }
}
