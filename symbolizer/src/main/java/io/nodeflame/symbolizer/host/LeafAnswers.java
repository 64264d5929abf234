package io.nodeflame.symbolizer.host;

/**
 * Answers to "is the return address at the stack pointer" by file and virtual address, shared by
 * all processes. A new answer replaces the one in its place. For the sampling thread.
 */
final class LeafAnswers {
  static final int UNKNOWN = -1;
  private static final int SLOTS = 16 * 1024;

  /** Odd, with bits all over: 2^64 divided by the golden ratio. */
  private static final long MIX = 0x9e37_79b9_7f4a_7c15L;

  private final long[] addresses = new long[SLOTS];

  /** Number of the file, from 1, above the answer in the lowest bit; 0 for an empty slot. */
  private final int[] answers = new int[SLOTS];

  /** 1 for yes, 0 for no, {@link #UNKNOWN}. */
  int find(int file, long address) {
    int slot = slot(file, address);
    int answer = answers[slot];
    return addresses[slot] == address && answer >>> 1 == file ? answer & 1 : UNKNOWN;
  }

  void put(int file, long address, boolean answer) {
    int slot = slot(file, address);
    addresses[slot] = address;
    answers[slot] = file << 1 | (answer ? 1 : 0);
  }

  private static int slot(int file, long address) {
    long mixed = (address ^ ((long) file << 40)) * MIX;
    mixed = (mixed ^ (mixed >>> 32)) * MIX;
    return (int) (mixed >>> 50);
  }
}
