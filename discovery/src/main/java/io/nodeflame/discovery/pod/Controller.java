package io.nodeflame.discovery.pod;

/**
 * The owner reference of a pod that has {@code controller: true}.
 *
 * @param apiVersion such as {@code apps/v1}
 */
public record Controller(String apiVersion, String kind, String name) {
  /** The pod was made by hand. */
  public static final Controller NONE = new Controller("", "", "");

  public boolean isPresent() {
    return !kind.isEmpty();
  }
}
