package io.nodeflame.collector.pprof;

import io.nodeflame.symbolizer.bytes.MalformedException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.zip.GZIPInputStream;

/** Unpacks gzip up to a bound. */
public final class Gunzip {
  private Gunzip() {}

  /**
   * The unpacked bytes.
   *
   * @throws MalformedException when it is not gzip, or larger than the bound
   */
  public static byte[] unpack(byte[] gzipped, int maxBytes) throws MalformedException {
    byte[] buffer = new byte[(int) Math.min(maxBytes, Math.max(512, gzipped.length * 4L)) + 1];
    int length = 0;
    try (GZIPInputStream in = new GZIPInputStream(new ByteArrayInputStream(gzipped), 4096)) {
      while (true) {
        int read = in.read(buffer, length, buffer.length - length);
        if (read < 0) {
          return Arrays.copyOf(buffer, length);
        }
        length += read;
        if (length > maxBytes) {
          throw new MalformedException("uncompressed profile larger than " + maxBytes + " bytes");
        }
        if (length == buffer.length) {
          buffer = Arrays.copyOf(buffer, (int) Math.min(maxBytes + 1L, length * 2L));
        }
      }
    } catch (MalformedException e) {
      throw e;
    } catch (IOException e) {
      throw PprofReader.malformed("broken gzip", e);
    }
  }
}
