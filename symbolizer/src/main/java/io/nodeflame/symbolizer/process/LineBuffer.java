package io.nodeflame.symbolizer.process;

import java.io.IOException;
import java.io.InputStream;

/** Hands out the lines of a stream from one buffer, which is used again for the next stream. */
final class LineBuffer {
  /** Longer than any line of maps: a path is at most 4,096 bytes before its newlines grow. */
  private static final int MAX_LINE_BYTES = 20 * 1024;

  /** A read of at most this many bytes needs no native buffer in the JDK's FileInputStream. */
  private static final int READ_BYTES = 8192;

  private final byte[] bytes = new byte[MAX_LINE_BYTES];
  private int filled;
  private int lineStart;
  private int lineEnd;
  private boolean ended;
  private boolean dropping;
  private long remaining;

  /** Begins with a new stream of which at most {@code maxBytes} are read. */
  void start(long maxBytes) {
    filled = 0;
    lineStart = 0;
    lineEnd = -1;
    ended = false;
    dropping = false;
    remaining = maxBytes;
  }

  /**
   * Goes to the next line. Of a line that is too long only the beginning is handed out: its rest
   * must never pass for a line.
   *
   * @return false at the end of the stream or of the bytes allowed
   */
  boolean next(InputStream in) throws IOException {
    lineStart = lineEnd + 1;
    int scanned = lineStart;
    while (true) {
      for (int i = scanned; i < filled; i++) {
        if (bytes[i] == '\n') {
          lineEnd = i;
          if (!dropping) {
            return true;
          }
          dropping = false;
          lineStart = i + 1;
        }
      }
      if (ended) {
        lineEnd = filled;
        return !dropping && lineStart < filled;
      }
      if (dropping) {
        lineStart = filled;
      }
      moveToFront();
      scanned = filled;
      if (filled == bytes.length) {
        dropping = true;
        lineEnd = filled - 1;
        return true;
      }
      read(in);
    }
  }

  byte[] bytes() {
    return bytes;
  }

  int lineStart() {
    return lineStart;
  }

  /** Index after the last byte of the line, which has no newline. */
  int lineEnd() {
    return lineEnd;
  }

  /** True when the stream had more than the bytes allowed. */
  boolean cut() {
    return remaining == 0;
  }

  private void moveToFront() {
    if (lineStart > 0) {
      filled -= lineStart;
      System.arraycopy(bytes, lineStart, bytes, 0, filled);
      lineStart = 0;
    }
  }

  private void read(InputStream in) throws IOException {
    int length = (int) Math.min(remaining, Math.min(READ_BYTES, bytes.length - filled));
    int count = length == 0 ? -1 : in.read(bytes, filled, length);
    if (count <= 0) {
      ended = true;
      return;
    }
    filled += count;
    remaining -= count;
  }
}
