package io.nodeflame.symbolizer.context;

import io.nodeflame.symbolizer.PublishedService;
import io.nodeflame.symbolizer.bytes.MalformedException;

/**
 * The payload of a process context: a {@code ProcessContext} whose field 1 is a {@code Resource},
 * or, as first proposed under the same version, the {@code Resource} itself. Of an attribute that
 * occurs twice the last counts.
 */
final class ContextPayload {
  private static final int RESOURCE = 1;
  private static final int ATTRIBUTES = 1;
  private static final int KEY = 1;
  private static final int VALUE = 2;
  private static final int STRING_VALUE = 1;

  private String name = "";
  private String namespace = "";
  private String version = "";

  private ContextPayload() {}

  static PublishedService parse(byte[] bytes) throws MalformedException {
    ContextPayload payload = new ContextPayload();
    WireCursor context = new WireCursor(bytes);
    while (context.next()) {
      if (context.isText(RESOURCE)) {
        payload.resourceOrAttribute(context);
      }
    }
    return new PublishedService(payload.name, payload.namespace, payload.version);
  }

  /** An attribute has a value in field 2, where a resource has a number at most. */
  private void resourceOrAttribute(WireCursor field) throws MalformedException {
    boolean isAttribute = false;
    for (WireCursor look = field.message(); look.next(); ) {
      isAttribute |= look.isText(VALUE);
    }
    if (isAttribute) {
      attribute(field.message());
      return;
    }
    for (WireCursor resource = field.message(); resource.next(); ) {
      if (resource.isText(ATTRIBUTES)) {
        attribute(resource.message());
      }
    }
  }

  private void attribute(WireCursor attribute) throws MalformedException {
    String key = "";
    String value = "";
    while (attribute.next()) {
      if (attribute.isText(KEY)) {
        key = attribute.text();
      } else if (attribute.isText(VALUE)) {
        value = string(attribute.message());
      }
    }
    switch (key) {
      case "service.name" -> name = value;
      case "service.namespace" -> namespace = value;
      case "service.version" -> version = value;
      default -> {} // of no use here
    }
  }

  /** Empty for a value of another type. */
  private static String string(WireCursor value) throws MalformedException {
    String text = "";
    while (value.next()) {
      if (value.isText(STRING_VALUE)) {
        text = value.text();
      }
    }
    return text;
  }
}
