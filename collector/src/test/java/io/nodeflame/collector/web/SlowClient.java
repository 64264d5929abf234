package io.nodeflame.collector.web;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;

/** A client that sends and reads what it is told to, and no more. */
final class SlowClient implements AutoCloseable {
  private static final int PATIENCE_MILLIS = 60_000;

  private final Socket socket = new Socket();

  /** Connects, and sends a piece of a request; line ends are {@code \n} here. */
  SlowClient(TestServer server, String piece) throws IOException {
    // Small, so that the server cannot leave an answer in the kernel.
    socket.setReceiveBufferSize(64 << 10);
    socket.setSoTimeout(PATIENCE_MILLIS);
    socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), server.server.port()));
    send(piece);
  }

  static SlowClient post(TestServer server, String path, String body) throws IOException {
    return new SlowClient(server, postHead(path, body.length()) + body);
  }

  static String postHead(String path, int length) {
    return "POST "
        + path
        + " HTTP/1.1\nHost: localhost\nContent-Type: application/json\nContent-Length: "
        + length
        + "\n\n";
  }

  void send(String piece) throws IOException {
    socket.getOutputStream().write(piece.replace("\n", "\r\n").getBytes(UTF_8));
    socket.getOutputStream().flush();
  }

  /** The next line, without its end; what came before the end of the stream when it ends. */
  String line() throws IOException {
    InputStream in = socket.getInputStream();
    StringBuilder line = new StringBuilder();
    for (int c = in.read(); c >= 0 && c != '\n'; c = in.read()) {
      line.append((char) c);
    }
    return line.toString().strip();
  }

  /** Reads head and body of the answer. */
  String body() throws IOException {
    int length = 0;
    for (String line = line(); !line.isEmpty(); line = line()) {
      if (line.toLowerCase(java.util.Locale.ROOT).startsWith("content-length:")) {
        length = Integer.parseInt(line.substring(line.indexOf(':') + 1).strip());
      }
    }
    return new String(socket.getInputStream().readNBytes(length), UTF_8);
  }

  /** Breaks the connection off, as a client that crashes. */
  void reset() throws IOException {
    socket.setSoLinger(true, 0);
    socket.close();
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
