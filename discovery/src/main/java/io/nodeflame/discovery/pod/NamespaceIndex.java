package io.nodeflame.discovery.pod;

import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/** The namespaces of the cluster. Looking up never waits for a writer. */
public final class NamespaceIndex {
  /** A few thousand namespaces with the labels that platforms give them. */
  public static final long DEFAULT_MAX_BYTES = 2L << 20;

  /**
   * Figures at one moment.
   *
   * @param bytes estimated from above
   * @param dropped since the start, namespaces that there was no room for
   */
  public record Stats(int namespaces, long bytes, long dropped) {}

  private final long maxBytes;
  private final ConcurrentHashMap<String, NamespaceMeta> namespaces = new ConcurrentHashMap<>();
  private final AtomicLong version = new AtomicLong();
  private long bytes;
  private long dropped;

  public NamespaceIndex(long maxBytes) {
    this.maxBytes = maxBytes;
  }

  /** Rises with every change. */
  public long version() {
    return version.get();
  }

  /** Adds a namespace, or replaces it; without room for it the old state goes too. */
  public synchronized void put(NamespaceMeta namespace) {
    if (namespace.equals(namespaces.get(namespace.name()))) {
      return;
    }
    delete(namespace.name());
    int size = Footprint.of(namespace);
    if (bytes + size > maxBytes) {
      dropped++;
      return;
    }
    bytes += size;
    namespaces.put(namespace.name(), namespace);
    version.incrementAndGet();
  }

  /** Nothing happens when it is not known. */
  public synchronized void delete(String name) {
    NamespaceMeta old = namespaces.remove(name);
    if (old != null) {
      bytes -= Footprint.of(old);
      version.incrementAndGet();
    }
  }

  public Optional<NamespaceMeta> find(String name) {
    return Optional.ofNullable(namespaces.get(name));
  }

  public synchronized Stats stats() {
    return new Stats(namespaces.size(), bytes, dropped);
  }
}
