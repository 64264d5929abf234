package io.nodeflame.symbolizer.hotspot;

import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Methods that were read, of all processes together; those used longest ago go first. For any
 * number of threads.
 */
public final class MethodCache {
  /** Of some 300 bytes, names included. */
  private static final int MAX_METHODS = 8192;

  private record Key(int machine, long method) {}

  /**
   * @param constMethod address that the method had when it was read; with another it is another
   */
  record Known(long constMethod, JavaMethod method) {}

  private final Map<Key, Known> methods = new LinkedHashMap<>(64, 0.75f, true);
  private int machines;

  /** A number for one more process. */
  synchronized int nextMachine() {
    return ++machines;
  }

  synchronized @Nullable Known find(int machine, long method) {
    return methods.get(new Key(machine, method));
  }

  synchronized void keep(int machine, long method, Known known) {
    methods.put(new Key(machine, method), known);
    if (methods.size() > MAX_METHODS) {
      methods.remove(methods.keySet().iterator().next());
    }
  }
}
