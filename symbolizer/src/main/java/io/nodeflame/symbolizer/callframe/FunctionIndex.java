package io.nodeflame.symbolizer.callframe;

import java.io.IOException;

/** Finds the entry of a function by an address in it. */
interface FunctionIndex {
  /** What {@link #find} gives when no entry begins at or below the address. */
  long NONE = -1;

  /** Offset in the frame section of the last entry that begins at or below the address. */
  long find(long pc) throws IOException;
}
