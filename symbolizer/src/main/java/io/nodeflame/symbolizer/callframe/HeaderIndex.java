package io.nodeflame.symbolizer.callframe;

import io.nodeflame.symbolizer.bytes.MalformedException;
import java.io.IOException;
import java.util.Optional;

/**
 * The sorted table of {@code .eh_frame_hdr}, searched where it lies (Linux Standard Base 5, chapter
 * 10.6.2):
 *
 * <pre>
 * 0  u8 version = 1    1  u8 encoding of the section's address    2  u8 of the count
 * 3  u8 of the table   4  address of .eh_frame, count, pairs {first address, entry's address}
 * </pre>
 */
final class HeaderIndex implements FunctionIndex {
  private static final int VERSION = 1;

  private final FrameCursor cursor;
  private final long headerAddress;
  private final long headerBytes;
  private final long framesAddress;
  private final int encoding;
  private final long tableStart;
  private final long count;

  private HeaderIndex(FrameSection header, long framesAddress) throws IOException {
    this.headerAddress = header.address();
    this.headerBytes = header.bytes().size();
    this.framesAddress = framesAddress;
    cursor = new FrameCursor(header);
    requireVersion(cursor);
    int addressEncoding = cursor.u8();
    int countEncoding = cursor.u8();
    encoding = cursor.u8();
    cursor.pointer(addressEncoding, headerAddress);
    count = countEncoding == PointerEncoding.OMITTED ? 0 : cursor.number(countEncoding);
    tableStart = cursor.position();
    int width = PointerEncoding.fixedBytes(encoding);
    if (width != 0 && Long.compareUnsigned(count, (headerBytes - tableStart) / (2L * width)) > 0) {
      throw new MalformedException("table of frame entries does not fit");
    }
  }

  /** Empty when the header has no table that can be searched. */
  static Optional<HeaderIndex> of(FrameSection header, FrameSection frames) throws IOException {
    HeaderIndex index = new HeaderIndex(header, frames.address());
    boolean searchable = PointerEncoding.fixedBytes(index.encoding) != 0 && index.count != 0;
    return searchable ? Optional.of(index) : Optional.empty();
  }

  /** Entries in the table. */
  long count() {
    return count;
  }

  /** Where the header says that {@code .eh_frame} begins. */
  static long framesAddress(FrameSection header) throws IOException {
    FrameCursor cursor = new FrameCursor(header);
    requireVersion(cursor);
    int encoding = cursor.u8();
    cursor.skip(2);
    return cursor.pointer(encoding, header.address());
  }

  @Override
  public long find(long pc) throws IOException {
    if (Long.compareUnsigned(start(0), pc) > 0) {
      return NONE;
    }
    long low = 0;
    long high = count;
    while (high - low > 1) {
      long middle = (low + high) >>> 1;
      if (Long.compareUnsigned(start(middle), pc) <= 0) {
        low = middle;
      } else {
        high = middle;
      }
    }
    return pointer(2 * low + 1) - framesAddress;
  }

  private long start(long index) throws IOException {
    return pointer(2 * index);
  }

  private long pointer(long position) throws IOException {
    long offset = tableStart + position * PointerEncoding.fixedBytes(encoding);
    cursor.select(offset, headerBytes);
    return cursor.pointer(encoding, headerAddress);
  }

  private static void requireVersion(FrameCursor cursor) throws IOException {
    int version = cursor.u8();
    if (version != VERSION) {
      throw new MalformedException("frame header of version " + version);
    }
  }
}
