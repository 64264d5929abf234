package io.nodeflame.symbolizer.callframe;

import io.nodeflame.symbolizer.bytes.MalformedException;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** Parses the entries of a frame section. */
final class FrameEntries {
  private static final long LONG_FORM = 0xffff_ffffL;

  /**
   * A longer program is refused: it bounds the time of one look-up, for which the sampling thread
   * waits, to about a millisecond. The longest of gcc's own compiler has 20,064 bytes.
   */
  private static final long MAX_ENTRY_BYTES = 64 * 1024;

  /** CIEs kept by offset; most files have one or two per object file, used in long runs. */
  private static final int KEPT_COMMON = 64;

  private final FrameSection section;
  private final FrameFormat format;
  private final FrameCursor cursor;
  private final CommonEntryParser commonParser;
  private final long[] keptOffsets = new long[KEPT_COMMON];
  private final @Nullable CommonEntry[] kept = new CommonEntry[KEPT_COMMON];

  private long next;
  private boolean terminator;
  private boolean common;
  private long commonOffset;

  FrameEntries(FrameSection section, FrameFormat format, FrameCursor cursor, FrameMachine machine) {
    this.section = section;
    this.format = format;
    this.cursor = cursor;
    this.commonParser = new CommonEntryParser(cursor, machine);
  }

  /** Bytes of the section. */
  long size() {
    return section.bytes().size();
  }

  /** Reads the head of the entry at an offset and returns the offset of the one after it. */
  long nextAfter(long offset) throws IOException {
    readHead(offset);
    return next;
  }

  /** Reads length and kind of the entry at an offset and leaves the cursor behind them. */
  private void readHead(long offset) throws IOException {
    cursor.select(offset, size());
    long length = cursor.u32();
    boolean longForm = length == LONG_FORM;
    if (longForm) {
      length = cursor.u64();
    }
    long content = cursor.position();
    terminator = length == 0;
    if (length < 0 || length > size() - content) {
      throw new MalformedException("frame entry at " + offset + " does not fit");
    }
    next = content + length;
    if (!terminator) {
      cursor.select(content, next);
      readKind(longForm);
    }
  }

  /** Whether the head read last is one of a function. */
  boolean isFunction() {
    return !terminator && !common;
  }

  /** The function's entry at an offset. */
  FunctionEntry function(long offset) throws IOException {
    readHead(offset);
    if (!isFunction()) {
      throw new MalformedException("no function's entry at " + offset);
    }
    long content = cursor.position();
    long end = next;
    requireShort(offset, end);
    CommonEntry shared = commonAt(commonOffset);
    cursor.select(content, end);
    long start = cursor.pointer(shared.encoding(), 0);
    long length = cursor.number(PointerEncoding.format(shared.encoding()));
    if (Long.compareUnsigned(start + length, start) < 0) {
      throw new MalformedException("range of a frame entry wraps around");
    }
    if (shared.hasAugmentation()) {
      cursor.skip(cursor.uleb());
    }
    return new FunctionEntry(shared, start, start + length, cursor.position(), end);
  }

  private CommonEntry commonAt(long offset) throws IOException {
    int slot = (int) ((offset >>> 2) % KEPT_COMMON);
    CommonEntry known = kept[slot];
    if (known != null && keptOffsets[slot] == offset) {
      return known;
    }
    readHead(offset);
    if (terminator || !common) {
      throw new MalformedException("no common frame entry at " + offset);
    }
    requireShort(offset, next);
    CommonEntry read = commonParser.parse();
    kept[slot] = read;
    keptOffsets[slot] = offset;
    return read;
  }

  private void readKind(boolean longForm) throws IOException {
    long field = cursor.position();
    if (format == FrameFormat.EH_FRAME) {
      long distance = cursor.u32();
      common = distance == 0;
      commonOffset = field - distance;
    } else {
      commonOffset = longForm ? cursor.u64() : cursor.u32();
      common = commonOffset == (longForm ? -1 : LONG_FORM);
    }
  }

  private static void requireShort(long start, long end) throws MalformedException {
    if (end - start > MAX_ENTRY_BYTES) {
      throw new MalformedException("frame entry of " + (end - start) + " bytes");
    }
  }
}
