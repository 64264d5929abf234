package io.nodeflame.symbolizer.callframe;

import io.nodeflame.symbolizer.bytes.MalformedException;
import java.io.IOException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The call frame entries of one file. Addresses are virtual offsets of the file. Sections are read
 * where they lie: with {@code .eh_frame_hdr} opening reads a few bytes, without it the section
 * once. Not for two threads at once.
 */
public final class CallFrameTable {
  private final FrameMachine machine;
  private final FrameCursor cursor;
  private final FrameEntries entries;
  private final FrameScan scan;

  /** Null until it is needed, when the section has to be gone over for it. */
  private @Nullable FunctionIndex index;

  private CallFrameTable(
      FrameSection frames,
      FrameFormat format,
      FrameMachine machine,
      Optional<HeaderIndex> header,
      long maxFunctions) {
    this.machine = machine;
    cursor = new FrameCursor(frames);
    entries = new FrameEntries(frames, format, cursor, machine);
    scan = new FrameScan(entries, maxFunctions);
    index = header.orElse(null);
  }

  /**
   * The entries of {@code .eh_frame}, found through {@code .eh_frame_hdr}; when that has no table
   * that can be searched, as {@link #ofEhFrame(FrameSection, FrameMachine)} finds them.
   *
   * @throws MalformedException when the header contradicts its format
   */
  public static CallFrameTable ofEhFrame(
      FrameSection header, FrameSection frames, FrameMachine machine) throws IOException {
    return new CallFrameTable(
        frames, FrameFormat.EH_FRAME, machine, HeaderIndex.of(header, frames), Long.MAX_VALUE);
  }

  /**
   * As {@link #ofEhFrame(FrameSection, FrameSection, FrameMachine)} for frames that end somewhere
   * before the end of the bytes: no more entries are gone over than the header counts.
   */
  public static CallFrameTable ofSegment(
      FrameSection header, FrameSection frames, FrameMachine machine) throws IOException {
    Optional<HeaderIndex> index = HeaderIndex.of(header, frames);
    return new CallFrameTable(
        frames,
        FrameFormat.EH_FRAME,
        machine,
        index,
        index.map(HeaderIndex::count).orElse(Long.MAX_VALUE));
  }

  /** The entries of {@code .eh_frame}, found by going over it once; the first 2^18 of them. */
  public static CallFrameTable ofEhFrame(FrameSection frames, FrameMachine machine) {
    return new CallFrameTable(
        frames, FrameFormat.EH_FRAME, machine, Optional.empty(), Long.MAX_VALUE);
  }

  /** The entries of {@code .debug_frame}, found by going over it once; the first 2^18 of them. */
  public static CallFrameTable ofDebugFrame(FrameSection frames, FrameMachine machine) {
    return new CallFrameTable(
        frames, FrameFormat.DEBUG_FRAME, machine, Optional.empty(), Long.MAX_VALUE);
  }

  /** Whose registers the rows speak of. */
  public FrameMachine machine() {
    return machine;
  }

  /**
   * Where {@code .eh_frame} begins according to {@code .eh_frame_hdr}, for a file without section
   * headers: the segment {@code PT_GNU_EH_FRAME} is the header, and the entries go on from this
   * address to at most the end of their segment.
   */
  public static long framesAddress(FrameSection header) throws IOException {
    return HeaderIndex.framesAddress(header);
  }

  /**
   * The row in force at an address.
   *
   * @return empty when no entry covers the address
   * @throws MalformedException when its entry contradicts the format
   */
  public Optional<FrameRow> row(long pc) throws IOException {
    FunctionIndex known = index;
    if (known == null) {
      known = ScannedIndex.of(scan);
      index = known;
    }
    long offset = known.find(pc);
    if (offset == FunctionIndex.NONE) {
      return Optional.empty();
    }
    FunctionEntry entry = entries.function(offset);
    if (!entry.contains(pc)) {
      return Optional.empty();
    }
    RowAt found = new RowAt(pc);
    CfaProgram.run(cursor, machine, entry, found);
    return found.row();
  }

  /**
   * Whether the return address is the word at the stack pointer, as at a function's first
   * instruction on x86-64. False when nothing covers the address, and on machines that pass the
   * return address in a register.
   */
  public boolean returnAddressAtStackPointer(long pc) throws IOException {
    Optional<FrameRow> row = row(pc);
    return row.isPresent() && row.get().returnAddressAtStackPointer(pc, machine);
  }

  /**
   * Emits all rows of the file, function by function in the order of the section.
   *
   * @return number of entries left out because they contradict the format; of such an entry some
   *     rows may have been emitted
   */
  public int eachRow(RowConsumer consumer) throws IOException {
    boolean[] wanted = {true};
    RowConsumer gate = (start, end, row) -> wanted[0] = consumer.row(start, end, row);
    return scan.each(
        (offset, entry) -> {
          CfaProgram.run(cursor, machine, entry, gate);
          return wanted[0];
        });
  }

  /**
   * Emits the rows of the file in the order of their addresses, none twice: where entries overlap,
   * an address has the rows of the one that begins last and, of those that begin together, of the
   * last. Goes over the section twice; takes 12 bytes of memory for each entry, and the first 2^18
   * of them.
   *
   * @return number of entries left out because they contradict the format
   */
  public int eachRowInOrder(RowConsumer consumer) throws IOException {
    ScannedIndex functions = ScannedIndex.of(scan);
    int refused = functions.refused();
    boolean[] wanted = {true};
    for (int i = 0; i < functions.size() && wanted[0]; i++) {
      boolean isLast = i == functions.size() - 1;
      long limit = isLast ? -1 : functions.start(i + 1);
      RowConsumer gate =
          (start, end, row) -> {
            if (Long.compareUnsigned(start, limit) >= 0) {
              return false;
            }
            long cut = Long.compareUnsigned(end, limit) > 0 ? limit : end;
            wanted[0] = consumer.row(start, cut, row);
            return wanted[0];
          };
      try {
        CfaProgram.run(cursor, machine, entries.function(functions.offset(i)), gate);
      } catch (MalformedException e) {
        refused++;
      }
    }
    return refused;
  }
}
