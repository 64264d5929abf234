package io.nodeflame.collector.config;

import java.util.List;
import java.util.Map;

/** A piece of the file, with the line it starts on. Scalars are text: the keys know their types. */
sealed interface YamlNode {

  /** From 1. */
  int line();

  /** What it is, for problems that must not or cannot show it. */
  String kind();

  /**
   * One value, as text.
   *
   * @param plain written without quotes, so that {@code null} and {@code ~} mean "not set"
   */
  record Scalar(int line, String text, boolean plain) implements YamlNode {
    @Override
    public String kind() {
      return "a value";
    }

    boolean isNull() {
      return plain && (text.isEmpty() || text.equals("~") || text.equalsIgnoreCase("null"));
    }
  }

  record Sequence(int line, List<YamlNode> items) implements YamlNode {
    @Override
    public String kind() {
      return "a list";
    }
  }

  record Mapping(int line, Map<String, Entry> entries) implements YamlNode {
    @Override
    public String kind() {
      return "a mapping";
    }
  }

  /**
   * What stands under a key.
   *
   * @param line of the key
   */
  record Entry(int line, YamlNode value) {}
}
