package io.nodeflame.symbolizer.context;

import io.nodeflame.symbolizer.PublishedService;
import io.nodeflame.symbolizer.bytes.ByteSource;
import io.nodeflame.symbolizer.bytes.MalformedException;
import java.io.IOException;
import java.util.Arrays;

/** Reads the process context that begins at an address. */
public final class ContextReader {
  private static final int ATTEMPTS = 3;

  /** Bytes that one reading may ask of the process's memory. */
  public static final long MAX_READ_BYTES =
      ATTEMPTS * (2L * ContextHeader.BYTES + ContextHeader.MAX_PAYLOAD_BYTES);

  private ContextReader() {}

  /**
   * The header is read before and after the payload: only when both are equal, they belong
   * together. A read may wait as long as the process likes, whose memory may be made of anything.
   *
   * @param memory of the process, by address
   * @param address of the header
   * @throws MalformedException when it is no context, or is being changed at each attempt
   * @throws IOException when the memory cannot be read
   */
  public static PublishedService read(ByteSource memory, long address) throws IOException {
    for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
      byte[] before = bytes(memory, address, ContextHeader.BYTES);
      ContextHeader header = ContextHeader.parse(before);
      if (header.isBeingChanged()) {
        continue;
      }
      byte[] payload = bytes(memory, header.payloadAddress(), header.payloadBytes());
      if (Arrays.equals(before, bytes(memory, address, ContextHeader.BYTES))) {
        return ContextPayload.parse(payload);
      }
    }
    throw new MalformedException("the context changes while it is read");
  }

  private static byte[] bytes(ByteSource memory, long address, int length) throws IOException {
    byte[] bytes = new byte[length];
    memory.read(address, bytes, 0, length);
    return bytes;
  }
}
