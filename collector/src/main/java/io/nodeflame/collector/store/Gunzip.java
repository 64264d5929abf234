package io.nodeflame.collector.store;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.zip.GZIPInputStream;

/** Unpacks gzip up to a bound. */
final class Gunzip {
  private Gunzip() {}

  static byte[] unpack(byte[] gzipped, int maxBytes) throws IOException {

    byte[] buffer = new byte[Math.min(maxBytes, Math.max(512, gzipped.length * 4)) + 1];
    int length = 0;
    try (GZIPInputStream in = new GZIPInputStream(new ByteArrayInputStream(gzipped), 4096)) {
      while (true) {
        int read = in.read(buffer, length, buffer.length - length);
        if (read < 0) {
          return Arrays.copyOf(buffer, length);
        }
        length += read;
        if (length > maxBytes) {
          throw new IOException("more than " + maxBytes + " bytes unpacked");
        }
        if (length == buffer.length) {
          buffer = Arrays.copyOf(buffer, Math.min(maxBytes + 1, length * 2));
        }
      }
    }
  }
}
