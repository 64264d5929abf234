package io.nodeflame.symbolizer.go;

import io.nodeflame.symbolizer.bytes.ByteSource;
import io.nodeflame.symbolizer.bytes.MalformedException;
import io.nodeflame.symbolizer.bytes.PagedReader;
import java.io.IOException;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * The function table of a Go binary of Go 1.2 to 1.26, section {@code .gopclntab} or {@code
 * .data.rel.ro.gopclntab}. It is searched where it lies: opening reads the header, a look-up reads
 * what it meets. Addresses are virtual offsets of the file. Not for two threads at once.
 *
 * <p>Text split into several sections, as Go's linker does on 32-bit ARM and POWER when it grows
 * beyond the reach of a jump, is not supported: addresses beyond the first part get wrong names.
 */
public final class PclnTable {
  /** Functions kept by place in the table; a profile asks for the same few again and again. */
  private static final int KEPT_FUNCTIONS = 256;

  private final PclnHeader header;
  private final Functab functab;
  private final FunctionRecord record;
  private final PcValueTables values;
  private final GoStrings strings;
  private final GoFunction[] kept = new GoFunction[KEPT_FUNCTIONS];

  private PclnTable(ByteSource table, PclnHeader header, long textStart) {
    this.header = header;
    PagedReader reader = new PagedReader(table, header.order);
    functab = new Functab(reader, header, textStart);
    record = new FunctionRecord(reader, header);
    values = new PcValueTables(reader, header);
    strings = new GoStrings(reader, header);
  }

  /**
   * Reads the header.
   *
   * @param table the section, or everything from the table's first byte on
   * @param textStart virtual address of the symbol {@code runtime.text}; see {@link GoTextStart}.
   *     Before 1.18 ignored. From 1.18 to 1.25 used when the header's own is 0, as where a
   *     relocation fills it. From 1.26 on the header's is always 0.
   * @throws MalformedException when the header is not one of a Go function table
   */
  public static PclnTable open(ByteSource table, long textStart) throws IOException {
    PclnHeader header = new PclnHeader(table);
    return new PclnTable(table, header, header.textStart != 0 ? header.textStart : textStart);
  }

  /** Number of functions. */
  public int functionCount() {
    return header.functions;
  }

  /** The function that holds an address. */
  public Optional<GoFunction> find(long pc) throws IOException {
    int index = functab.indexOf(pc);
    return index < 0 ? Optional.empty() : Optional.of(function(index));
  }

  /**
   * File and line of an instruction. Of inlined code that is the position in the innermost inlined
   * function, while {@link #find} names the physical function.
   */
  public Optional<SourcePosition> position(long pc) throws IOException {
    int index = functab.indexOf(pc);
    if (index < 0) {
      return Optional.empty();
    }
    record.select(functab.recordOffset(index));
    long distance = pc - functab.entry(index);
    OptionalInt file = values.value(record.fileIndexes(), distance, PcValueTables.MAX_STEPS);
    if (file.isEmpty()) {
      return Optional.empty();
    }
    int line = values.value(record.lines(), distance, PcValueTables.MAX_STEPS).orElse(0);
    return strings
        .fileName(record.unit(), file.getAsInt())
        .map(name -> new SourcePosition(name, Math.max(line, 0)));
  }

  /**
   * Bytes between the stack pointer and the slot of the return address before an instruction
   * executes; on x86-64, 0 means that the return address is at the stack pointer. On machines with
   * a link register, the size of the frame: 0 means that the return address is in the register.
   *
   * @return empty when no function holds the address or the depth is not known there
   */
  public OptionalInt stackDepth(long pc) throws IOException {
    int index = functab.indexOf(pc);
    if (index < 0) {
      return OptionalInt.empty();
    }
    record.select(functab.recordOffset(index));
    OptionalInt depth =
        values.value(
            record.stackDepths(), pc - functab.entry(index), PcValueTables.MAX_DEPTH_STEPS);
    return depth.isPresent() && depth.getAsInt() >= 0 ? depth : OptionalInt.empty();
  }

  /**
   * Goes over all functions, for an index.
   *
   * @throws MalformedException at the first function whose record or name is outside the table
   */
  public void forEach(FunctionVisitor visitor) throws IOException {
    for (int index = 0; index < header.functions; index++) {
      visitor.function(functab.entry(index), name(index));
    }
  }

  private GoFunction function(int index) throws IOException {
    long entry = functab.entry(index);
    GoFunction known = kept[index % KEPT_FUNCTIONS];
    if (known != null && known.entry() == entry) {
      return known;
    }
    GoFunction read = new GoFunction(name(index), entry, functab.entry(index + 1));
    kept[index % KEPT_FUNCTIONS] = read;
    return read;
  }

  private String name(int index) throws IOException {
    record.select(functab.recordOffset(index));
    return strings.functionName(record.name());
  }
}
