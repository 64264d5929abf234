package io.nodeflame.symbolizer.hotspot;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * Finds the methods that were compiled into one place of an nmethod: by its {@code PcDesc} table to
 * a scope, and from there to the scopes that call it.
 */
final class ScopeReader {
  private static final int PC_DESC_BYTES = 16;
  private static final int MAX_PC_DESCS = 1 << 18;
  private static final int MAX_INLINED = 64;
  private static final int MAX_METADATA = 1 << 17;
  private static final int POINTER_BYTES = 8;

  /** Three numbers of at most five bytes. */
  private static final int SCOPE_BYTES = 15;

  /**
   * A method at a bytecode.
   *
   * @param method address of the {@code Method}
   * @param bytecodeIndex -1 before the first one
   */
  record Scope(long method, int bytecodeIndex) {}

  private final NmethodLayout layout;

  ScopeReader(NmethodLayout layout) {
    this.layout = layout;
  }

  /**
   * The methods at an offset of the code, the innermost inlined one first; empty when the compiler
   * left nothing there.
   */
  List<Scope> read(VmMemory memory, long nmethod, int pcOffset, int excess) throws IOException {
    List<Scope> found = new ArrayList<>(4);
    int offset = decodeOffset(memory, layout.pcDescs(memory, nmethod), pcOffset);
    AddressRange scopes = layout.scopes(memory, nmethod);
    AddressRange metadata = layout.metadata(memory, nmethod);
    while (offset > 0 && offset < scopes.bytes() && found.size() < MAX_INLINED) {
      int length = (int) Math.min(SCOPE_BYTES, scopes.bytes() - offset);
      Unsigned5 in = new Unsigned5(memory.bytes(scopes.start() + offset, length), 0, excess);
      int sender = in.next();
      int index = in.next();
      int bytecodeIndex = in.next() - 1;
      long slot = metadata.start() + (long) POINTER_BYTES * (index - 1);
      if (index <= 0 || index > MAX_METADATA || !metadata.contains(slot, POINTER_BYTES)) {
        break;
      }
      found.add(new Scope(memory.u64(slot), bytecodeIndex));
      if (sender >= offset) { // a caller was written before
        break;
      }
      offset = sender;
    }
    return found;
  }

  /**
   * Of the first entry at or behind the offset: exact for a return address, and the next place that
   * the compiler described for an interrupted instruction.
   */
  private static int decodeOffset(VmMemory memory, AddressRange table, int pcOffset)
      throws IOException {
    int low = 0;
    int high = (int) Math.min(MAX_PC_DESCS, table.bytes() / PC_DESC_BYTES);
    int count = high;
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (memory.i32(table.start() + (long) PC_DESC_BYTES * middle) < pcOffset) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low < count ? memory.i32(table.start() + (long) PC_DESC_BYTES * low + 4) : 0;
  }
}
