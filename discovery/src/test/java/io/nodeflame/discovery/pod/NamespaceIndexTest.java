package io.nodeflame.discovery.pod;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class NamespaceIndexTest {
  private static NamespaceMeta namespace(String name, String team) {
    return new NamespaceMeta(name, Map.of("team", team), Map.of());
  }

  @Test
  void putAndDelete() {
    NamespaceIndex index = new NamespaceIndex(10_000);
    index.put(namespace("a", "blue"));
    long version = index.version();
    index.put(namespace("a", "blue"));
    index.delete("b");
    assertEquals(version, index.version());
    index.put(namespace("a", "green"));
    assertTrue(index.version() > version);
    assertEquals(Optional.of(namespace("a", "green")), index.find("a"));
    index.delete("a");
    assertEquals(Optional.empty(), index.find("a"));
    assertEquals(new NamespaceIndex.Stats(0, 0, 0), index.stats());
  }

  @Test
  void memoryIsBounded() {
    NamespaceIndex index = new NamespaceIndex(2L * Footprint.of(namespace("a", "blue")));
    index.put(namespace("a", "blue"));
    index.put(namespace("b", "blue"));
    index.put(namespace("c", "blue"));
    assertEquals(2, index.stats().namespaces());
    assertEquals(1, index.stats().dropped());
    index.put(namespace("a", "b".repeat(60)));
    assertEquals(Optional.empty(), index.find("a"), "an old state would be a wrong one");
    assertEquals(2, index.stats().dropped());
  }
}
