package io.nodeflame.discovery.pod;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Which pods say that a container's id, or the hash of a static pod, is theirs: the ids of such
 * pods by id or hash. The two cannot be mixed up, being 64 and 32 digits long.
 *
 * <p>Read by any thread without waiting; written by one thread at a time.
 */
final class Claims {
  private final ConcurrentHashMap<String, List<String>> uidsByKey = new ConcurrentHashMap<>();

  /** Every key under which a pod may be looked for. */
  static List<String> keys(Pod pod) {
    List<String> keys = new ArrayList<>(2 * pod.containers().size() + 1);
    for (PodContainer container : pod.containers()) {
      addTo(keys, container.id());
      addTo(keys, container.lastId());
    }
    addTo(keys, pod.configHash());
    return keys;
  }

  private static void addTo(List<String> keys, String key) {
    if (!key.isEmpty() && !keys.contains(key)) {
      keys.add(key);
    }
  }

  List<String> uids(String key) {
    return uidsByKey.getOrDefault(key, List.of());
  }

  void add(String key, String uid) {
    List<String> uids = new ArrayList<>(uids(key));
    if (!uids.contains(uid)) {
      uids.add(uid);
      uidsByKey.put(key, List.copyOf(uids));
    }
  }

  void remove(String key, String uid) {
    List<String> uids = new ArrayList<>(uids(key));
    uids.remove(uid);
    if (uids.isEmpty()) {
      uidsByKey.remove(key);
    } else {
      uidsByKey.put(key, List.copyOf(uids));
    }
  }

  int size() {
    return uidsByKey.size();
  }
}
