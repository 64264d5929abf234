package io.nodeflame.symbolizer.host;

import io.nodeflame.symbolizer.Location;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Addresses of files that have their names already, for all processes that map a file: a program
 * that is started again and again is named once. All addresses of a function share one location.
 * Safe for both threads.
 */
final class NamedAddresses {
  /** About 100 bytes each, together with the names. */
  private static final int MAX_ADDRESSES = 16_384;

  private final int maxAddresses;
  private final IdentityHashMap<CodeFile, Map<Long, Location>> byFile = new IdentityHashMap<>();
  private int addresses;

  NamedAddresses() {
    this(MAX_ADDRESSES);
  }

  /**
   * @param maxAddresses when there are more, all are forgotten
   */
  NamedAddresses(int maxAddresses) {
    this.maxAddresses = maxAddresses;
  }

  synchronized @Nullable Location find(CodeFile file, long address) {
    Map<Long, Location> known = byFile.get(file);
    return known == null ? null : known.get(address);
  }

  synchronized void keep(CodeFile file, long address, Location location) {
    if (find(file, address) != null) {
      return;
    }
    if (addresses >= maxAddresses) {
      byFile.clear();
      addresses = 0;
    }
    byFile.computeIfAbsent(file, f -> new HashMap<>()).put(address, location);
    addresses++;
  }

  /** For a file that is closed for good. */
  synchronized void forget(CodeFile file) {
    Map<Long, Location> known = byFile.remove(file);
    addresses -= known == null ? 0 : known.size();
  }

  synchronized int size() {
    return addresses;
  }
}
