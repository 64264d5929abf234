package io.nodeflame.discovery.kubernetes;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;

/** HTTP/1.1 and WebSocket text frames (RFC 6455), as far as {@link FakeApiServer} needs them. */
final class HttpConnection {
  private static final String WEBSOCKET_GUID = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";

  record Request(String target, Map<String, String> headers) {
    String header(String name) {
      return headers.getOrDefault(name, "");
    }
  }

  private final Socket socket;
  private final InputStream in;
  private final OutputStream out;
  private boolean chunked;

  HttpConnection(Socket socket) throws IOException {
    this.socket = socket;
    this.in = new BufferedInputStream(socket.getInputStream());
    this.out = socket.getOutputStream();
  }

  /** Null at the end of the stream. */
  Request read() throws IOException {
    String first = line();
    if (first == null || first.isEmpty()) {
      return null;
    }
    Map<String, String> headers = new HashMap<>();
    for (String line = line(); line != null && !line.isEmpty(); line = line()) {
      int colon = line.indexOf(':');
      headers.put(
          line.substring(0, colon).toLowerCase(Locale.ROOT), line.substring(colon + 1).strip());
    }
    return new Request(first.split(" ", 3)[1], headers);
  }

  void respond(int status, String json) throws IOException {
    byte[] body = json.getBytes(StandardCharsets.UTF_8);
    write(
        "HTTP/1.1 "
            + status
            + " X\r\nContent-Type: application/json\r\nContent-Length: "
            + body.length
            + "\r\n\r\n",
        body);
  }

  void upgrade(Request request) throws IOException {
    try {
      byte[] accept =
          MessageDigest.getInstance("SHA-1")
              .digest(
                  (request.header("sec-websocket-key") + WEBSOCKET_GUID)
                      .getBytes(StandardCharsets.US_ASCII));
      write(
          "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
              + "Sec-WebSocket-Accept: "
              + Base64.getEncoder().encodeToString(accept)
              + "\r\n\r\n",
          new byte[0]);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  /** A watch over plain HTTP. */
  void beginChunks() throws IOException {
    chunked = true;
    write(
        "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n",
        new byte[0]);
  }

  void event(String text) throws IOException {
    if (chunked) {
      byte[] line = (text + "\n").getBytes(StandardCharsets.UTF_8);
      write(Integer.toHexString(line.length) + "\r\n", line);
      write("\r\n", new byte[0]);
    } else {
      frame(0x81, text.getBytes(StandardCharsets.UTF_8));
    }
  }

  /** Answers pings and a close; returns when the connection is closed. */
  void passFramesOver() {
    try (socket) {
      for (int first = in.read(); first >= 0; first = in.read()) {
        byte[] payload = maskedPayload();
        int opcode = first & 0x0f;
        if (opcode == 8) {
          frame(0x88, payload);
          return;
        }
        if (opcode == 9) {
          frame(0x8a, payload);
        }
      }
    } catch (IOException e) {
      // Closed.
    }
  }

  boolean isClosed() {
    return socket.isClosed();
  }

  private byte[] maskedPayload() throws IOException {
    int length = in.read() & 0x7f;
    if (length == 126) {
      length = in.read() << 8 | in.read();
    }
    byte[] mask = in.readNBytes(4);
    byte[] payload = in.readNBytes(length);
    for (int i = 0; i < payload.length; i++) {
      payload[i] ^= mask[i % 4];
    }
    return payload;
  }

  private synchronized void frame(int first, byte[] payload) throws IOException {
    ByteBuffer header = ByteBuffer.allocate(10).put((byte) first);
    if (payload.length < 126) {
      header.put((byte) payload.length);
    } else if (payload.length < 1 << 16) {
      header.put((byte) 126).putShort((short) payload.length);
    } else {
      header.put((byte) 127).putLong(payload.length);
    }
    out.write(header.array(), 0, header.position());
    out.write(payload);
    out.flush();
  }

  private synchronized void write(String head, byte[] body) throws IOException {
    out.write(head.getBytes(StandardCharsets.US_ASCII));
    out.write(body);
    out.flush();
  }

  private String line() throws IOException {
    StringBuilder line = new StringBuilder();
    for (int c = in.read(); c >= 0; c = in.read()) {
      if (c == '\n') {
        return line.toString().stripTrailing();
      }
      line.append((char) c);
    }
    return line.isEmpty() ? null : line.toString();
  }
}
