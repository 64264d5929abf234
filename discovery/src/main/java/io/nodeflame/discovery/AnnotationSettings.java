package io.nodeflame.discovery;

/**
 * Which annotations of a pod count, and how far.
 *
 * @param prefix of theirs, without the slash; empty when none counts
 * @param maxFrequencyHz the most samples per second and CPU that a pod gets by one
 */
public record AnnotationSettings(String prefix, int maxFrequencyHz) {
  /** None counts. */
  public static final AnnotationSettings NONE = new AnnotationSettings("", 0);
}
