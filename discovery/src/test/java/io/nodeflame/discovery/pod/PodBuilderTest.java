package io.nodeflame.discovery.pod;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.Test;

class PodBuilderTest {
  private static final String HASH = "0123456789abcdef0123456789abcdef";

  @Test
  void aPodHasAnIdentity() {
    SharedStrings strings = new SharedStrings(16);
    for (String[] identity :
        new String[][] {
          {"", "ns", "name"},
          {"uid", "", "name"},
          {"uid", "ns", ""},
          {"u".repeat(65), "ns", "name"},
          {"uid", "ns", "n".repeat(254)}
        }) {
      PodBuilder pod = new PodBuilder(strings, key -> true);
      assertTrue(pod.identity(identity[0], identity[1], identity[2]).build().isEmpty());
    }
  }

  @Test
  void labelsAndAnnotationsAreBounded() {
    PodBuilder pod =
        new PodBuilder(new SharedStrings(16), key -> !key.startsWith("no"))
            .identity("uid", "ns", "name")
            .label("good", "v".repeat(63))
            .label("long", "v".repeat(64))
            .label("k".repeat(318), "v")
            .label("", "v")
            .annotation("kubectl.kubernetes.io/last-applied-configuration", "{}")
            .annotation("not", "wanted")
            .annotation("good", "v".repeat(1024))
            .annotation("long", "v".repeat(1025));
    Pod built = pod.build().orElseThrow();
    assertEquals(Map.of("good", "v".repeat(63)), built.labels());
    assertEquals(Map.of("good", "v".repeat(1024)), built.annotations());
    assertEquals(1, built.annotationsLeftOut());
  }

  @Test
  void manyOfAllAreBounded() {
    PodBuilder pod = Pods.builder("uid", "name");
    for (int i = 0; i < 1000; i++) {
      pod.label("k" + i, "v");
      pod.annotation("k" + i, "v".repeat(1000));
      pod.container(PodContainer.Kind.APP, "c" + i, "i".repeat(513));
      pod.status("s" + i, "", "");
    }
    Pod built = pod.build().orElseThrow();
    assertEquals(MetaEntries.MAX_ENTRIES, built.labels().size());
    assertEquals(1000 - MetaEntries.MAX_ENTRIES, built.labelsLeftOut());
    assertEquals(16, built.annotations().size());
    assertEquals(PodBuilder.MAX_CONTAINERS, built.containers().size());
    assertEquals("", built.containers().get(0).image());
    assertTrue(Footprint.of(built) < 128 * 1024);
  }

  @Test
  void onlyKubeletsHashCounts() {
    assertEquals(HASH, Pods.mirror("uid", HASH, 'a').configHash());
    assertEquals("", Pods.mirror("uid", HASH + "0", 'a').configHash());
    assertEquals("", Pods.mirror("uid", HASH.replace('a', 'A'), 'a').configHash());
    PodBuilder forged =
        Pods.builder("uid", "name")
            .annotation("kubernetes.io/config.hash", HASH)
            .annotation("kubernetes.io/config.mirror", HASH);
    assertEquals("", forged.build().orElseThrow().configHash());
    forged.controller("v1", "Node", "n").annotation("kubernetes.io/config.mirror", "other");
    assertEquals("", forged.build().orElseThrow().configHash());
  }

  @Test
  void containerIds() {
    String id = Pods.id('a');
    assertEquals(new RuntimeId("cri-o", id), RuntimeId.parse("cri-o://" + id));
    for (String text :
        new String[] {
          "",
          id,
          "://" + id,
          "docker://" + id + "a",
          "docker://" + id.substring(1),
          "docker://" + Pods.id('A'),
          "docker://" + Pods.id('g'),
          "r".repeat(33) + "://" + id
        }) {
      assertEquals(new RuntimeId("", ""), RuntimeId.parse(text), text);
    }
  }

  @Test
  void times() {
    assertEquals(Instant.parse("2024-02-29T23:59:59Z"), Timestamps.parse("2024-02-29T23:59:59Z"));
    for (String text :
        new String[] {
          "",
          "2023-02-29T00:00:00Z",
          "2024-02-29T24:00:00Z",
          "2024-02-29T00:60:00Z",
          "2024-02-29T00:00:60Z",
          "2024-02-29T00:00:00+",
          "2024-13-01T00:00:00Z",
          "2024-02-29 00:00:00Z",
          "٢024-02-29T00:00:00Z",
          "2024-02-29T00:00:00.1Z"
        }) {
      assertEquals(Instant.EPOCH, Timestamps.parse(text), text);
    }
  }

  @Test
  void equalStringsAreShared() {
    SharedStrings strings = new SharedStrings(100);
    assertEquals(128, strings.capacity());
    String first = strings.share(new String("app"));
    assertSame(first, strings.share(new String("app")));
    for (int i = 0; i < 100_000; i++) {
      String text = "text-" + i;
      assertEquals(text, strings.share(text));
    }
    String huge = "h".repeat(SharedStrings.MAX_CHARS + 1);
    assertSame(huge, strings.share(huge));
  }

  @Test
  void readinessIsAsPrometheusWritesIt() {
    assertEquals("true", Readiness.of("True").label());
    assertEquals("false", Readiness.of("False").label());
    assertEquals("unknown", Readiness.of("Unknown").label());
    assertEquals("unknown", Readiness.of("true").label());
  }
}
