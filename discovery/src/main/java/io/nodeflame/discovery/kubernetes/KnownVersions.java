package io.nodeflame.discovery.kubernetes;

import io.fabric8.kubernetes.client.informers.cache.ItemStore;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiFunction;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What an informer remembers: of each object only its name, uid and version, which is enough to
 * tell new from known, and to find out after a list what is gone.
 *
 * @param <V> what is kept of an object elsewhere
 * @param <T> the type of the watched objects
 */
final class KnownVersions<V, T extends Watched<V>> implements ItemStore<T> {
  private final ConcurrentHashMap<String, Watched.Version> versions = new ConcurrentHashMap<>();
  private final BiFunction<Watched.Version, @Nullable V, T> shell;

  /**
   * Knows nothing yet.
   *
   * @param shell makes an object that holds nothing but its version
   */
  KnownVersions(BiFunction<Watched.Version, @Nullable V, T> shell) {
    this.shell = shell;
  }

  @Override
  public String getKey(T object) {
    return object.version().key();
  }

  @Override
  public @Nullable T put(String key, T object) {
    return shell(versions.put(key, object.version()));
  }

  @Override
  public @Nullable T remove(String key) {
    return shell(versions.remove(key));
  }

  @Override
  public @Nullable T get(String key) {
    return shell(versions.get(key));
  }

  @Override
  public Stream<String> keySet() {
    return versions.keySet().stream();
  }

  @Override
  public Stream<T> values() {
    return versions.values().stream().map(version -> shell.apply(version, null));
  }

  @Override
  public int size() {
    return versions.size();
  }

  /** Objects are handed on as they come, since they cannot be read from here later. */
  @Override
  public boolean isFullState() {
    return false;
  }

  private @Nullable T shell(Watched.@Nullable Version version) {
    return version == null ? null : shell.apply(version, null);
  }
}
