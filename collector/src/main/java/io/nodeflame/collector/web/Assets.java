package io.nodeflame.collector.web;

import com.sun.net.httpserver.HttpExchange;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Map;

/** The page's files, from the jar. */
final class Assets {
  private static final String FOLDER = "page/";

  private static final Map<String, String> TYPES =
      Map.of(
          "index.html", "text/html; charset=utf-8",
          "app.js", "text/javascript; charset=utf-8",
          "app.css", "text/css; charset=utf-8",
          "icon.svg", "image/svg+xml");

  /** The file behind a path, or 404. */
  Reply reply(HttpExchange exchange, String path) {
    String name = path.equals("/") ? "index.html" : path.substring(1);
    String type = TYPES.get(name);
    if (type == null) {
      return Reply.text(404, "not found");
    }
    byte[] body = read(name);
    String tag = '"' + digest(body) + '"';
    String known = exchange.getRequestHeaders().getFirst("If-None-Match");
    boolean unchanged = known != null && known.contains(tag);
    // Names do not change with contents: ask each time, transfer once.
    return new Reply(
        unchanged ? 304 : 200,
        type,
        unchanged ? new byte[0] : body,
        "ETag",
        tag,
        "Cache-Control",
        "no-cache");
  }

  /**
   * A file of the page.
   *
   * @throws IllegalStateException when the jar was built without it
   */
  static byte[] read(String name) {
    try (InputStream in = Assets.class.getResourceAsStream(FOLDER + name)) {
      if (in == null) {
        throw new IllegalStateException(name + " is not in the jar");
      }
      return in.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String digest(byte[] body) {
    try {
      byte[] hash = MessageDigest.getInstance("SHA-256").digest(body);
      return HexFormat.of().formatHex(hash, 0, 12);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}
