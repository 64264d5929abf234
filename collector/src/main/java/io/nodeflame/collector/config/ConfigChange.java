package io.nodeflame.collector.config;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * What a new configuration asks for.
 *
 * @param ofTargets whether targets or labels differ, which can change while the daemon runs
 * @param needRestart the other keys that differ, such as {@code sampling.frequencyHz}, sorted
 */
public record ConfigChange(boolean ofTargets, List<String> needRestart) {
  public ConfigChange {
    needRestart = List.copyOf(needRestart);
  }

  /** Compares. */
  public static ConfigChange between(NodeflameConfig inForce, NodeflameConfig wanted) {
    boolean ofTargets =
        !inForce.targets().equals(wanted.targets()) || !inForce.labels().equals(wanted.labels());
    NodeflameConfig rest = wanted.withTargets(inForce.targets(), inForce.labels());
    TreeSet<String> keys = new TreeSet<>();
    if (!rest.equals(inForce)) {
      keys.addAll(differences(flat(inForce), flat(rest)));
      // A secret that is written out is printed as a mask, the same for each.
      if (!inForce.pyroscope().equals(rest.pyroscope()) && noneIn("pyroscope", keys)) {
        keys.add("pyroscope");
      }
      if (!inForce.server().equals(rest.server()) && noneIn("server", keys)) {
        keys.add("server");
      }
    }
    return new ConfigChange(ofTargets, List.copyOf(keys));
  }

  private static boolean noneIn(String section, TreeSet<String> keys) {
    return keys.stream().noneMatch(key -> key.startsWith(section));
  }

  private static TreeSet<String> differences(Map<String, Object> old, Map<String, Object> now) {
    TreeSet<String> keys = new TreeSet<>(old.keySet());
    keys.addAll(now.keySet());
    keys.removeIf(key -> old.containsKey(key) && old.get(key).equals(now.get(key)));
    return keys;
  }

  private static Map<String, Object> flat(NodeflameConfig config) {
    Map<String, Object> flat = new TreeMap<>();
    flatten("", config.print().entries(), flat);
    return flat;
  }

  private static void flatten(String key, Object value, Map<String, Object> into) {
    if (value instanceof Map<?, ?> map && !map.isEmpty()) {
      map.forEach(
          (name, inner) -> flatten(key.isEmpty() ? "" + name : key + "." + name, inner, into));
    } else if (value instanceof List<?> list && !list.isEmpty() && list.get(0) instanceof Map) {
      for (int i = 0; i < list.size(); i++) {
        flatten(key + "[" + i + "]", list.get(i), into);
      }
    } else {
      into.put(key, value);
    }
  }
}
