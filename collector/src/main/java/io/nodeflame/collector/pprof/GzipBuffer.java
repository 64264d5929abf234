package io.nodeflame.collector.pprof;

import java.util.zip.CRC32;
import java.util.zip.Deflater;

/** Gzip (RFC 1952) with one deflater for all profiles: its native memory is not allocated anew. */
final class GzipBuffer implements AutoCloseable {
  // Magic, deflate, no flags, no time (equal profiles give equal bytes), fastest, unknown system.
  private static final byte[] HEADER = {0x1f, (byte) 0x8b, 8, 0, 0, 0, 0, 0, 4, (byte) 255};

  private final Deflater deflater = new Deflater(Deflater.BEST_SPEED, true);
  private final CRC32 crc = new CRC32();
  private final WireBuffer out = new WireBuffer();
  private final byte[] chunk = new byte[8 * 1024];

  void begin() {
    deflater.reset();
    crc.reset();
    out.clearAndTrim();
    out.raw(HEADER, 0, HEADER.length);
  }

  void add(WireBuffer section) {
    crc.update(section.bytes(), 0, section.length());
    deflater.setInput(section.bytes(), 0, section.length());
    while (!deflater.needsInput()) {
      drain();
    }
  }

  byte[] finish() {
    long uncompressedBytes = deflater.getBytesRead();
    deflater.finish();
    while (!deflater.finished()) {
      drain();
    }
    littleEndian(crc.getValue());
    littleEndian(uncompressedBytes);
    byte[] result = new byte[out.length()];
    System.arraycopy(out.bytes(), 0, result, 0, result.length);
    return result;
  }

  @Override
  public void close() {
    deflater.end();
  }

  private void drain() {
    int count = deflater.deflate(chunk);
    out.raw(chunk, 0, count);
  }

  private void littleEndian(long value) {
    for (int shift = 0; shift < 32; shift += 8) {
      out.rawByte((int) (value >>> shift));
    }
  }
}
