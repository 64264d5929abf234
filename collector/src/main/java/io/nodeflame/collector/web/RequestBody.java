package io.nodeflame.collector.web;

import com.sun.net.httpserver.HttpExchange;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.zip.GZIPInputStream;

/** Reads bodies of requests, bounded before and after unpacking. */
final class RequestBody {
  static final int MAX_BYTES = 64 << 10;

  private RequestBody() {}

  static byte[] read(HttpExchange exchange) throws RefusedException, IOException {
    byte[] raw = bounded(exchange.getRequestBody());
    String encoding = exchange.getRequestHeaders().getFirst("Content-Encoding");
    if (encoding == null || encoding.isEmpty() || encoding.equals("identity")) {
      return raw;
    }
    if (!encoding.equals("gzip")) {
      throw new RefusedException(
          ConnectCode.UNIMPLEMENTED, "unknown compression: supported are gzip and identity");
    }
    try (InputStream in = new GZIPInputStream(new ByteArrayInputStream(raw))) {
      return bounded(in);
    } catch (IOException e) {
      throw RefusedException.invalid("the body is not gzip");
    }
  }

  private static byte[] bounded(InputStream in) throws RefusedException, IOException {
    byte[] bytes = in.readNBytes(MAX_BYTES + 1);
    if (bytes.length > MAX_BYTES) {
      throw new RefusedException(
          ConnectCode.RESOURCE_EXHAUSTED, "request larger than " + MAX_BYTES + " bytes");
    }
    return bytes;
  }
}
