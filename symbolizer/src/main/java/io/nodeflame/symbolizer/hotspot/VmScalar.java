package io.nodeflame.symbolizer.hotspot;

import java.io.IOException;

/**
 * Where a number lies in an object.
 *
 * @param offset bytes from the object's start
 * @param width 1, 2, 4 or 8 bytes
 */
record VmScalar(int offset, int width) {

  /** Zero-extended; of 8 bytes all bits. */
  long read(VmMemory memory, long object) throws IOException {
    return memory.number(object + offset, width);
  }
}
