package io.nodeflame.discovery.target;

import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Keeps a number of values, the one used longest ago going first. For any number of threads. */
final class BoundedCache<K, V> {
  private final int maxEntries;
  private final Map<K, V> entries = new LinkedHashMap<>(16, 0.75f, true);

  BoundedCache(int maxEntries) {
    this.maxEntries = maxEntries;
  }

  synchronized @Nullable V find(K key) {
    return entries.get(key);
  }

  synchronized void keep(K key, V value) {
    entries.put(key, value);
    if (entries.size() > maxEntries) {
      var eldest = entries.keySet().iterator();
      eldest.next();
      eldest.remove();
    }
  }

  synchronized void forget(K key) {
    entries.remove(key);
  }
}
