package io.nodeflame.collector.web;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.StreamWriteConstraints;
import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.zip.GZIPOutputStream;

/** One answer, whole in memory. */
final class Reply {
  static final String TEXT = "text/plain; charset=utf-8";
  static final String JSON = "application/json";

  private static final int MIN_GZIP_BYTES = 1024;
  private static final int PIECE_BYTES = 16 << 10;
  // A tree of 1024 frames nests twice as deep.
  private static final JsonFactory JSON_FACTORY =
      JsonFactory.builder()
          .streamWriteConstraints(StreamWriteConstraints.builder().maxNestingDepth(5000).build())
          .build();

  private final int status;
  private final String contentType;
  private final byte[] body;
  private final String[] headers;

  /**
   * @param headers names and values by turns
   */
  Reply(int status, String contentType, byte[] body, String... headers) {
    this.status = status;
    this.contentType = contentType;
    this.body = body;
    this.headers = headers;
  }

  byte[] body() {
    return body;
  }

  /** Writes one JSON value. */
  interface JsonBody {
    void write(JsonGenerator json) throws IOException;
  }

  static Reply text(int status, String text) {
    return new Reply(status, TEXT, (text + "\n").getBytes(StandardCharsets.UTF_8));
  }

  static Reply json(int status, JsonBody body) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(4096);
    try (JsonGenerator json = JSON_FACTORY.createGenerator(bytes)) {
      body.write(json);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return new Reply(status, JSON, bytes.toByteArray());
  }

  /** An error in the form of the Connect protocol. */
  static Reply problem(ConnectCode code, String message) {
    Reply reply =
        json(
            code.status(),
            json -> {
              json.writeStartObject();
              json.writeStringField("code", code.label());
              json.writeStringField("message", message);
              json.writeEndObject();
            });
    return code == ConnectCode.UNAUTHENTICATED
        ? new Reply(reply.status, reply.contentType, reply.body, "WWW-Authenticate", "Bearer")
        : reply;
  }

  void send(HttpExchange exchange) throws IOException {
    Headers out = exchange.getResponseHeaders();
    out.set("Content-Type", contentType);
    out.set("X-Content-Type-Options", "nosniff");
    out.set(
        "Content-Security-Policy", "default-src 'self'; frame-ancestors 'none'; base-uri 'none'");
    out.set("Referrer-Policy", "no-referrer");
    out.set("Cross-Origin-Resource-Policy", "same-origin");
    out.set("Cache-Control", "no-store");
    for (int i = 0; i < headers.length; i += 2) {
      out.set(headers[i], headers[i + 1]);
    }
    boolean head = exchange.getRequestMethod().equals("HEAD");
    byte[] bytes = body;
    if (bytes.length >= MIN_GZIP_BYTES && acceptsGzip(exchange)) {
      bytes = gzip(bytes);
      out.set("Content-Encoding", "gzip");
      out.set("Vary", "Accept-Encoding");
    }
    if (head || status == 304 || bytes.length == 0) {
      exchange.sendResponseHeaders(status, -1);
      return;
    }
    exchange.sendResponseHeaders(status, bytes.length);
    try (OutputStream stream = exchange.getResponseBody()) {
      // The JDK's stream copies what it gets into a buffer of twice its size, and keeps that.
      for (int sent = 0; sent < bytes.length; sent += PIECE_BYTES) {
        stream.write(bytes, sent, Math.min(PIECE_BYTES, bytes.length - sent));
      }
    }
  }

  private static boolean acceptsGzip(HttpExchange exchange) {
    String accepted = exchange.getRequestHeaders().getFirst("Accept-Encoding");
    return accepted != null && accepted.contains("gzip") && !accepted.contains("gzip;q=0");
  }

  private static byte[] gzip(byte[] bytes) throws IOException {
    ByteArrayOutputStream packed = new ByteArrayOutputStream(bytes.length / 3 + 64);
    try (GZIPOutputStream out = new GZIPOutputStream(packed)) {
      out.write(bytes);
    }
    return packed.toByteArray();
  }
}
