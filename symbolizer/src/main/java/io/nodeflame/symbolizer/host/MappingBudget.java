package io.nodeflame.symbolizer.host;

import java.util.concurrent.atomic.AtomicInteger;

/**
 * Bounds how many mappings are kept of all processes together, at about 70 bytes each. Processes
 * with many of them have a smaller bound of their own, so that a few cannot take all of it. Safe
 * for both threads.
 */
final class MappingBudget {
  /** Programs have some 5 to 60, a JVM as many. */
  static final int MANY = 256;

  static final int MAX_OF_MANY = 65_536;
  static final int MAX_OF_ALL = 200_000;

  private final AtomicInteger ofMany = new AtomicInteger();
  private final AtomicInteger ofAll = new AtomicInteger();

  /** False when there is no room for a process with so many mappings. */
  boolean take(int mappings) {
    if (ofAll.addAndGet(mappings) > MAX_OF_ALL) {
      ofAll.addAndGet(-mappings);
      return false;
    }
    if (mappings > MANY && ofMany.addAndGet(mappings) > MAX_OF_MANY) {
      ofMany.addAndGet(-mappings);
      ofAll.addAndGet(-mappings);
      return false;
    }
    return true;
  }

  void giveBack(int mappings) {
    ofAll.addAndGet(-mappings);
    if (mappings > MANY) {
      ofMany.addAndGet(-mappings);
    }
  }
}
