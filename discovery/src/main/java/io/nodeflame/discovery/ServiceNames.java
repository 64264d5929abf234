package io.nodeflame.discovery;

/**
 * What a process says of its service. Text is hostile: it is cleaned and cut here.
 *
 * @param name empty when it says none
 * @param namespace empty when it says none
 * @param version empty when it says none
 */
public record ServiceNames(String name, String namespace, String version) {
  /** Says nothing. */
  public static final ServiceNames NONE = new ServiceNames("", "", "");

  private static final int MAX_CHARS = 128;

  public ServiceNames {
    name = PlainText.of(name, MAX_CHARS);
    namespace = PlainText.of(namespace, MAX_CHARS);
    version = PlainText.of(version, MAX_CHARS);
  }
}
