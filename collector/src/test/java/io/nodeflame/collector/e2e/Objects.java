package io.nodeflame.collector.e2e;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

/** Kubernetes objects as maps and lists, from YAML or JSON. */
final class Objects {
  private Objects() {}

  /** By {@code Kind/name}; each of them once. */
  static SortedMap<String, Map<String, Object>> byName(String yaml) {
    SortedMap<String, Map<String, Object>> objects = new TreeMap<>();
    for (Object document : loader().loadAllFromString(yaml)) {
      if (document != null) {
        Map<String, Object> object = map(document);
        String name = object.get("kind") + "/" + map(object.get("metadata")).get("name");
        if (objects.put(name, object) != null) {
          throw new AssertionError("twice: " + name);
        }
      }
    }
    return objects;
  }

  static Object read(String text) {
    return loader().loadFromString(text);
  }

  @SuppressWarnings("unchecked") // the loader makes nothing else
  static Map<String, Object> map(Object value) {
    return (Map<String, Object>) value;
  }

  @SuppressWarnings("unchecked") // the loader makes nothing else
  static List<Object> list(Object value) {
    return (List<Object>) value;
  }

  /** What is at a path of keys and of indexes of lists. */
  static Object at(Object value, Object... path) {
    Object at = value;
    for (Object step : path) {
      at = step instanceof Integer index ? list(at).get(index) : map(at).get(step);
      if (at == null) {
        throw new AssertionError("nothing at " + List.of(path) + " of " + value);
      }
    }
    return at;
  }

  /**
   * The same with the texts in ConfigMaps read as YAML, so that comments and the order of keys do
   * not count.
   */
  static Object meaning(Object value) {
    if (value instanceof Map<?, ?> map) {
      Map<String, Object> plain = new LinkedHashMap<>();
      map.forEach(
          (key, inner) ->
              plain.put(
                  String.valueOf(key),
                  String.valueOf(key).endsWith(".yaml") ? read((String) inner) : meaning(inner)));
      return plain;
    }
    if (value instanceof List<?> list) {
      List<Object> plain = new ArrayList<>();
      list.forEach(inner -> plain.add(meaning(inner)));
      return plain;
    }
    return value;
  }

  private static Load loader() {
    return new Load(LoadSettings.builder().setCodePointLimit(64 << 20).build());
  }
}
