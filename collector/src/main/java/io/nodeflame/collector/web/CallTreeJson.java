package io.nodeflame.collector.web;

import com.fasterxml.jackson.core.JsonGenerator;
import io.nodeflame.collector.store.CallTree;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * A call tree as the page reads it: {@code {"name", "kind", "value", "self", "base", "children"}}.
 * {@code base} is the value of the second column, where there is one; {@code self} and {@code
 * children} are left out when there is nothing. A node that is no function but stands for those
 * that were cut off has {@code "cut"}: how many they are at least.
 */
final class CallTreeJson {
  private CallTreeJson() {}

  static void write(JsonGenerator json, CallTree tree) throws IOException {
    Deque<Level> path = new ArrayDeque<>();
    path.push(new Level(new int[] {CallTree.ROOT}));
    while (!path.isEmpty()) {
      Level level = path.peek();
      if (level.next == level.nodes.length) {
        path.pop();
        if (!path.isEmpty()) {
          json.writeEndArray();
          json.writeEndObject();
        }
        continue;
      }
      int node = level.nodes[level.next++];
      json.writeStartObject();
      writeFields(json, tree, node);
      int[] children = tree.children(node);
      if (children.length == 0) {
        json.writeEndObject();
      } else {
        json.writeArrayFieldStart("children");
        path.push(new Level(children));
      }
    }
  }

  private static void writeFields(JsonGenerator json, CallTree tree, int node) throws IOException {
    json.writeStringField("name", tree.name(node));
    json.writeStringField("kind", tree.kind(node));
    if (tree.isOther(node)) {
      json.writeNumberField("cut", tree.cutNodes(node));
    }
    json.writeNumberField("value", tree.total(node, 0));
    if (tree.self(node, 0) != 0) {
      json.writeNumberField("self", tree.self(node, 0));
    }
    if (tree.columns() > 1) {
      json.writeNumberField("base", tree.total(node, 1));
    }
  }

  private static final class Level {
    private final int[] nodes;
    private int next;

    Level(int[] nodes) {
      this.nodes = nodes;
    }
  }
}
