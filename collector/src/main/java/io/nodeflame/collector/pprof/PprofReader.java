package io.nodeflame.collector.pprof;

import com.google.protobuf.CodedInputStream;
import io.nodeflame.symbolizer.bytes.MalformedException;
import java.io.IOException;

/**
 * Reads pprof messages of any producer, gzipped or not. The bytes may be hostile: memory is bounded
 * by the bounds given, and whatever contradicts the format is a {@link MalformedException}.
 */
public final class PprofReader {
  private final Bounds bounds;

  /**
   * What is read at most.
   *
   * @param maxUncompressedBytes size of the message
   * @param maxRecords entries of each table, and stacks
   */
  public record Bounds(int maxUncompressedBytes, int maxRecords) {
    /** What a server with Pyroscope's defaults takes in one push. */
    public static final Bounds PUSH = new Bounds(4 << 20, 65_536);

    /** For files and answers of a server. */
    public static final Bounds FILE = new Bounds(256 << 20, 5_000_000);
  }

  public PprofReader(Bounds bounds) {
    this.bounds = bounds;
  }

  /**
   * Reads one message.
   *
   * @throws MalformedException when it is not a pprof message, or larger than the bounds
   */
  public DecodedProfile read(byte[] bytes) throws MalformedException {
    byte[] message = isGzip(bytes) ? Gunzip.unpack(bytes, bounds.maxUncompressedBytes) : bytes;
    if (message.length > bounds.maxUncompressedBytes) {
      throw new MalformedException(
          "uncompressed profile larger than " + bounds.maxUncompressedBytes + " bytes");
    }
    PprofMessage parsed = new PprofMessage(bounds.maxRecords);
    try {
      parsed.readFrom(CodedInputStream.newInstance(message));
    } catch (MalformedException e) {
      throw e;
    } catch (IOException e) {
      throw malformed("not a pprof message", e);
    }
    return parsed.decode();
  }

  private static boolean isGzip(byte[] bytes) {
    return bytes.length > 1 && bytes[0] == 0x1f && bytes[1] == (byte) 0x8b;
  }

  static MalformedException malformed(String message, IOException cause) {
    MalformedException e = new MalformedException(message);
    e.initCause(cause);
    return e;
  }
}
