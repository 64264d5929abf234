package io.nodeflame.discovery.kubernetes;

import com.fasterxml.jackson.core.JsonParser;
import io.nodeflame.discovery.kubernetes.JsonWalk.Field;
import java.io.IOException;
import java.util.function.BiConsumer;

/** Reads the {@code metadata} of any object; fields that not every object has go elsewhere. */
final class MetadataReader {
  /** Longer values are never kept, and need not become a string. */
  static final int MAX_CHARS = 4096;

  private final JsonParser json;
  private final BiConsumer<String, String> label;
  private final BiConsumer<String, String> annotation;
  private String namespace = "";
  private String name = "";
  private String uid = "";
  private String resourceVersion = "";

  MetadataReader(
      JsonParser json, BiConsumer<String, String> label, BiConsumer<String, String> annotation) {
    this.json = json;
    this.label = label;
    this.annotation = annotation;
  }

  void read(Field other) throws IOException {
    JsonWalk.object(json, field -> field(field, other));
  }

  Watched.Version version() {
    return new Watched.Version(namespace, name, uid, resourceVersion);
  }

  private void field(String field, Field other) throws IOException {
    switch (field) {
      case "namespace" -> namespace = JsonWalk.text(json, MAX_CHARS);
      case "name" -> name = JsonWalk.text(json, MAX_CHARS);
      case "uid" -> uid = JsonWalk.text(json, MAX_CHARS);
      case "resourceVersion" -> resourceVersion = JsonWalk.text(json, MAX_CHARS);
      case "labels" -> entries(label);
      case "annotations" -> entries(annotation);
      default -> other.read(field);
    }
  }

  /** An entry whose value is no text, or is too long to be kept, is none. */
  private void entries(BiConsumer<String, String> entry) throws IOException {
    JsonWalk.object(
        json,
        key -> {
          if (JsonWalk.isText(json, MAX_CHARS)) {
            entry.accept(key, json.getText());
          } else {
            json.skipChildren();
          }
        });
  }
}
