package io.nodeflame.collector.web;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.google.protobuf.ByteString;
import com.google.protobuf.Descriptors.EnumValueDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Message;
import java.io.IOException;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Protobuf messages as JSON, by the rules of proto3: camel-case names, 64-bit numbers as strings,
 * bytes in base64, fields with their default left out. Only what our messages use; unknown fields
 * are skipped.
 */
final class ProtoJson {
  private static final int MAX_DEPTH = 16;
  private static final JsonFactory READER =
      JsonFactory.builder()
          .streamReadConstraints(StreamReadConstraints.builder().maxNestingDepth(MAX_DEPTH).build())
          .build();

  private ProtoJson() {}

  static void write(JsonGenerator json, Message message) throws IOException {
    json.writeStartObject();
    for (Map.Entry<FieldDescriptor, Object> field : message.getAllFields().entrySet()) {
      json.writeFieldName(field.getKey().getJsonName());
      if (field.getValue() instanceof List<?> list) {
        json.writeStartArray();
        for (Object value : list) {
          writeValue(json, field.getKey(), value);
        }
        json.writeEndArray();
      } else {
        writeValue(json, field.getKey(), field.getValue());
      }
    }
    json.writeEndObject();
  }

  private static void writeValue(JsonGenerator json, FieldDescriptor field, Object value)
      throws IOException {
    switch (field.getJavaType()) {
      case INT -> json.writeNumber((Integer) value);
      // Every 64-bit number is a string: JavaScript's numbers end at 2^53.
      case LONG -> json.writeString(unsignedOrSigned(field, (Long) value));
      case DOUBLE -> json.writeNumber((Double) value);
      case FLOAT -> json.writeNumber((Float) value);
      case BOOLEAN -> json.writeBoolean((Boolean) value);
      case STRING -> json.writeString((String) value);
      case BYTE_STRING ->
          json.writeString(Base64.getEncoder().encodeToString(((ByteString) value).toByteArray()));
      case ENUM -> json.writeString(((EnumValueDescriptor) value).getName());
      case MESSAGE -> write(json, (Message) value);
    }
  }

  private static String unsignedOrSigned(FieldDescriptor field, long value) {
    return field.getType() == FieldDescriptor.Type.UINT64
        ? Long.toUnsignedString(value)
        : Long.toString(value);
  }

  /**
   * Fills a message from JSON.
   *
   * @throws RefusedException when the bytes are not JSON, or a value does not fit its field
   */
  static void read(byte[] bytes, Message.Builder into) throws RefusedException {
    try (JsonParser json = READER.createParser(bytes)) {
      if (json.nextToken() != JsonToken.START_OBJECT) {
        throw RefusedException.invalid("the body is not a JSON object");
      }
      readObject(json, into);
      if (json.nextToken() != null) {
        throw RefusedException.invalid("more after the JSON object");
      }
    } catch (JsonProcessingException e) {
      throw RefusedException.invalid("the body is not JSON: " + e.getOriginalMessage());
    } catch (IOException e) {
      throw RefusedException.invalid("the body is not JSON");
    }
  }

  private static void readObject(JsonParser json, Message.Builder into)
      throws IOException, RefusedException {
    while (json.nextToken() == JsonToken.FIELD_NAME) {
      FieldDescriptor field = field(into, json.currentName());
      JsonToken token = json.nextToken();
      if (field == null || token == JsonToken.VALUE_NULL) {
        json.skipChildren();
      } else if (!field.isRepeated()) {
        into.setField(field, value(json, field, into));
      } else if (token == JsonToken.START_ARRAY) {
        while (json.nextToken() != JsonToken.END_ARRAY) {
          into.addRepeatedField(field, value(json, field, into));
        }
      } else {
        throw RefusedException.invalid(field.getJsonName() + " must be an array");
      }
    }
  }

  private static @Nullable FieldDescriptor field(Message.Builder into, String name) {
    for (FieldDescriptor field : into.getDescriptorForType().getFields()) {
      if (field.getJsonName().equals(name) || field.getName().equals(name)) {
        return field;
      }
    }
    return null;
  }

  private static Object value(JsonParser json, FieldDescriptor field, Message.Builder into)
      throws IOException, RefusedException {
    JsonToken token = json.currentToken();
    boolean isObject = field.getJavaType() == FieldDescriptor.JavaType.MESSAGE;
    if (isObject != (token == JsonToken.START_OBJECT) || token == JsonToken.START_ARRAY) {
      throw RefusedException.invalid(field.getJsonName() + " has a value of a wrong kind");
    }
    try {
      return switch (field.getJavaType()) {
        case INT -> Integer.valueOf(json.getText());
        case LONG -> Long.valueOf(json.getText());
        case DOUBLE -> Double.valueOf(json.getText());
        case FLOAT -> Float.valueOf(json.getText());
        case BOOLEAN -> json.getBooleanValue();
        case STRING -> json.getText();
        case BYTE_STRING -> ByteString.copyFrom(Base64.getDecoder().decode(json.getText()));
        case ENUM -> enumValue(json, field);
        case MESSAGE -> {
          Message.Builder nested = into.newBuilderForField(field);
          readObject(json, nested);
          yield nested.build();
        }
      };
    } catch (IllegalArgumentException e) {
      throw RefusedException.invalid(field.getJsonName() + " has a value that is not allowed");
    }
  }

  private static EnumValueDescriptor enumValue(JsonParser json, FieldDescriptor field)
      throws IOException {
    EnumValueDescriptor value =
        json.currentToken() == JsonToken.VALUE_NUMBER_INT
            ? field.getEnumType().findValueByNumber(json.getIntValue())
            : field.getEnumType().findValueByName(json.getText());
    if (value == null) {
      throw new IllegalArgumentException(json.getText());
    }
    return value;
  }
}
