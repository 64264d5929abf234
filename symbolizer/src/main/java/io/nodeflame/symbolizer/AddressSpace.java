package io.nodeflame.symbolizer;

/** The memory of one process image, as far as stacks and names need it. */
public interface AddressSpace {

  /** The process ended before its mappings could be read. */
  boolean isGone();

  /**
   * Whether the address is in an executable mapping. Reads the mappings again, at a bounded rate,
   * when it is not: code may have been mapped since. For the sampling thread.
   */
  boolean isCode(long address);

  /**
   * Whether the function at this address has no frame there: the return address lies at the stack
   * pointer. For the sampling thread, at an interrupted instruction.
   */
  boolean isReturnAddressAtStackPointer(long pc);

  /**
   * What the process publishes of itself, as far as that is known now: it is looked for when the
   * process is read, and some times more while it is young. For the sampling thread.
   */
  default PublishedService service() {
    return PublishedService.NONE;
  }

  /** Whether frames of this process may lie on several stacks, as Go's do. */
  boolean switchesStacks();

  /**
   * What the address is. For the collecting thread.
   *
   * @param isReturnAddress true for every frame but an interrupted one: the call is the instruction
   *     before
   */
  Location locate(long address, boolean isReturnAddress);

  /**
   * Looks for run-time code that was named since the last call. For the collecting thread, before
   * each batch of addresses.
   *
   * @return a number that changes when earlier answers of {@link #locate} may no longer hold
   */
  int refresh();

  /** The Java machine in this process; {@link JavaCode#NONE} where none can be. */
  default JavaCode java() {
    return JavaCode.NONE;
  }

  /** Gives back what is held open for this process. */
  void close();
}
