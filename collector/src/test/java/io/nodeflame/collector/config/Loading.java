package io.nodeflame.collector.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import java.util.Map;

/** Short ways to load configuration text in tests. */
final class Loading {
  private Loading() {}

  static LoadedConfig load(String yaml, Map<String, String> env) {
    try {
      return ConfigLoader.load(yaml, env);
    } catch (ConfigException e) {
      throw new AssertionError("refused: " + e.getMessage(), e);
    }
  }

  static NodeflameConfig config(String yaml) {
    return load(yaml, Map.of()).config();
  }

  static List<Problem> problems(String yaml, Map<String, String> env) {
    return assertThrows(ConfigException.class, () -> ConfigLoader.load(yaml, env)).problems();
  }

  /** The only problem of the text. */
  static Problem problem(String yaml) {
    List<Problem> problems = problems(yaml, Map.of());
    assertEquals(1, problems.size(), problems::toString);
    return problems.get(0);
  }

  /** Asserts that the text has one problem, of this key. */
  static void assertRefused(String key, String yaml) {
    assertEquals(key, problem(yaml).key());
  }
}
