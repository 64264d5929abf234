package io.nodeflame.collector.doctor;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;

/** A report as JSON: {@code {"healthy": true, "checks": [{"name", "status", "what", "fix"}]}}. */
public final class DoctorJson {
  private DoctorJson() {}

  public static String of(DoctorReport report) {
    StringWriter text = new StringWriter();
    try (JsonGenerator json = new JsonFactory().createGenerator(text)) {
      json.useDefaultPrettyPrinter();
      json.writeStartObject();
      json.writeBooleanField("healthy", report.isHealthy());
      json.writeArrayFieldStart("checks");
      for (CheckResult result : report.results()) {
        json.writeStartObject();
        json.writeStringField("name", result.name());
        json.writeStringField("status", DoctorText.word(result.status()));
        json.writeStringField("what", result.what());
        json.writeStringField("fix", result.fix());
        json.writeEndObject();
      }
      json.writeEndArray();
      json.writeEndObject();
    } catch (IOException e) {
      throw new UncheckedIOException(e); // a StringWriter never fails
    }
    return text.append('\n').toString();
  }
}
