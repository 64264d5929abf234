package io.nodeflame.symbolizer;

/**
 * What a process says of itself: resource attributes that its OpenTelemetry SDK publishes. Hostile
 * text, at most {@link #MAX_CHARS} long each.
 *
 * @param name {@code service.name}, empty when not said
 * @param namespace {@code service.namespace}, empty when not said
 * @param version {@code service.version}, empty when not said
 */
public record PublishedService(String name, String namespace, String version) {
  public static final int MAX_CHARS = 256;

  /** Says nothing. */
  public static final PublishedService NONE = new PublishedService("", "", "");

  public PublishedService {
    name = cut(name);
    namespace = cut(namespace);
    version = cut(version);
  }

  private static String cut(String text) {
    return text.length() > MAX_CHARS ? text.substring(0, MAX_CHARS) : text;
  }
}
