package io.nodeflame.symbolizer.hotspot;

import java.io.IOException;
import java.util.HashMap;
import java.util.Map;

/**
 * The Java threads of a process by their kernel thread id, as the process itself sees it. The list
 * changes while it is read: what cannot be read is left out.
 */
final class JavaThreads {
  private static final int MAX_THREADS = 1 << 16;

  private final ThreadLayout layout;

  JavaThreads(ThreadLayout layout) {
    this.layout = layout;
  }

  /** Addresses of {@code JavaThread}s by thread id. */
  Map<Integer, Long> read(VmMemory memory, long bias) throws IOException {
    Map<Integer, Long> threads = new HashMap<>();
    long first = memory.u64(bias + layout.variable);
    if (first == 0) {
      return threads;
    }
    if (layout.isList) {
      long count = Math.min(MAX_THREADS, memory.u32(first + layout.listLength));
      long array = memory.u64(first + layout.listThreads);
      for (long i = 0; i < count; i++) {
        add(memory, memory.u64(array + 8 * i), threads);
      }
    } else {
      long thread = first;
      for (int i = 0; i < MAX_THREADS && thread != 0; i++) {
        add(memory, thread, threads);
        thread = memory.u64(thread + layout.next);
      }
    }
    return threads;
  }

  private void add(VmMemory memory, long thread, Map<Integer, Long> threads) {
    try {
      long osThread = memory.u64(thread + layout.osThread);
      if (osThread != 0) {
        threads.put(memory.i32(osThread + layout.osThreadId), Long.valueOf(thread));
      }
    } catch (IOException e) {
      // it ends just now
    }
  }
}
