package io.nodeflame.symbolizer;

/**
 * Finds out what is inside processes and what addresses are. {@link #read} and the methods of an
 * {@link AddressSpace} that say so belong to the sampling thread, the naming ones to the collecting
 * thread; both may run at once.
 */
public interface Symbolizer extends AutoCloseable {

  /**
   * Reads a live process: its mappings, and the files behind them as far as they are new. Fast
   * enough for the sampling thread; symbol tables are opened later, when a name is asked for.
   *
   * @param pid in the host's pid namespace
   * @param startTicks field 22 of {@code /proc/PID/stat}: a process with another start is another
   *     process
   * @return the address space; {@link AddressSpace#isGone} when the process ended before
   */
  AddressSpace read(int pid, long startTicks);

  /** The same memory as a parent's, for a child that ended before it could be read. */
  AddressSpace inherit(AddressSpace parent);

  /** What can be said of a process that ended before it could be read. */
  AddressSpace ofExecutable(ExecutableIdentity executable);

  /** An address in the kernel. */
  Location kernel(long address);

  /** Counts and sizes for metrics. */
  SymbolizerStatistics statistics();

  @Override
  void close();
}
