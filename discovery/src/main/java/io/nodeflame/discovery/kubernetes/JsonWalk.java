package io.nodeflame.discovery.kubernetes;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;

/**
 * Walks through JSON that may have any shape. Each method starts at the first token of a value and
 * ends at its last; a value of another type than wanted is passed over.
 */
final class JsonWalk {
  /** Reads the value of one field of an object. */
  interface Field {
    void read(String name) throws IOException;
  }

  /** Reads one element of an array. */
  interface Element {
    void read() throws IOException;
  }

  private JsonWalk() {}

  static void object(JsonParser json, Field field) throws IOException {
    if (json.currentToken() != JsonToken.START_OBJECT) {
      json.skipChildren();
      return;
    }
    for (String name = json.nextFieldName(); name != null; name = json.nextFieldName()) {
      json.nextToken();
      field.read(name);
    }
  }

  static void array(JsonParser json, Element element) throws IOException {
    if (json.currentToken() != JsonToken.START_ARRAY) {
      json.skipChildren();
      return;
    }
    for (JsonToken token = json.nextToken();
        token != null && token != JsonToken.END_ARRAY;
        token = json.nextToken()) {
      element.read();
    }
  }

  static boolean isText(JsonParser json, int maxChars) throws IOException {
    return json.currentToken() == JsonToken.VALUE_STRING && json.getTextLength() <= maxChars;
  }

  /** The empty string when the value is no text, or is longer. */
  static String text(JsonParser json, int maxChars) throws IOException {
    if (isText(json, maxChars)) {
      return json.getText();
    }
    json.skipChildren();
    return "";
  }

  static boolean isTrue(JsonParser json) throws IOException {
    boolean value = json.currentToken() == JsonToken.VALUE_TRUE;
    json.skipChildren();
    return value;
  }
}
