package io.nodeflame.discovery.kubernetes;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nodeflame.discovery.pod.PodMatch;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What is listed and watched. */
class KubernetesWatchTest {
  private FakeApiServer server;
  private WatchFixture watched;

  @BeforeEach
  void start() throws Exception {
    server = new FakeApiServer();
    server.start();
    watched = new WatchFixture(server);
  }

  @AfterEach
  void stop() throws Exception {
    watched.close();
    server.close();
  }

  @Test
  void listThenChanges() throws Exception {
    server.put("pods", "a", PodJson.pod("shop", "a", "uid-a", PodJson.id('a')));
    server.put("namespaces", "shop", PodJson.namespace("shop", "blue"));
    watched.start();
    watched.awaitSynced();
    PodMatch.Found found = watched.found('a', "uid-a");
    assertEquals("a", found.pod().name());
    assertEquals("web:1", found.container().image());
    assertEquals("blue", watched.namespaces().find("shop").orElseThrow().labels().get("team"));
    watched.await(() -> watched.watch().pods().connected(), "connected");

    server.put("pods", "b", PodJson.pod("shop", "b", "uid-b", PodJson.id('b')));
    watched.await(() -> watched.isFound('b', "uid-b"), "added");
    server.put("pods", "b", PodJson.pod("shop", "b", "uid-b", PodJson.id('c')));
    watched.await(() -> watched.isFound('c', "uid-b"), "modified");
    server.delete("pods", "b");
    watched.await(() -> watched.found('c', "uid-b").deleted(), "deleted");
    server.put("namespaces", "shop", PodJson.namespace("shop", "green"));
    watched.await(
        () -> watched.namespaces().find("shop").orElseThrow().labels().containsValue("green"),
        "changed the namespace");
    server.delete("namespaces", "shop");
    watched.await(() -> watched.namespaces().find("shop").isEmpty(), "deleted the namespace");

    assertEquals(1, watched.pods().stats().pods());
    WatchState state = watched.watch().pods();
    assertTrue(state.sinceEvent().isPresent());
    assertEquals("", state.problem());
    assertEquals(0, state.failures() + state.refusals() + state.reconnects() + state.malformed());
    assertEquals(List.of(), watched.warnings());
  }

  @Test
  void aNodeWithoutPodsIsDoubted() throws Exception {
    watched.start();
    watched.awaitSynced();
    watched.await(() -> !watched.warnings().isEmpty(), "doubted");
    assertEquals(
        List.of(
            "the API server knows of no pod on a node called node-1: is that its name there"
                + " (nodeName)?"),
        watched.warnings());
  }

  @Test
  void onlyThePodsOfTheNodeAreAskedFor() throws Exception {
    watched.start();
    watched.awaitSynced();
    watched.await(() -> watched.watch().pods().connected(), "connected");
    List<String> pods = server.requests().stream().filter(r -> r.contains("/pods")).toList();
    assertEquals(2, pods.size());
    for (String request : pods) {
      assertTrue(request.contains("/api/v1/pods?"), request);
      assertTrue(request.contains("fieldSelector=spec.nodeName=node-1"), request);
    }
    assertTrue(pods.get(0).startsWith("list "));
    assertTrue(pods.get(1).startsWith("watch "));
  }

  @Test
  void manyNamespacesComeInSeveralAnswers() throws Exception {
    for (int i = 0; i < 600; i++) {
      server.put("namespaces", "ns-" + i, PodJson.namespace("ns-" + i, "blue"));
    }
    watched.start();
    watched.awaitSynced();
    assertEquals(600, watched.namespaces().stats().namespaces());
    List<String> lists =
        server.requests().stream().filter(r -> r.startsWith("list /api/v1/namespaces")).toList();
    assertEquals(3, lists.size());
    assertTrue(lists.get(2).contains("continue=500"), lists.get(2));
  }

  @Test
  void aPodOfTheSameNameIsAnother() throws Exception {
    server.put("pods", "a", PodJson.pod("shop", "a", "uid-1", PodJson.id('a')));
    watched.start();
    watched.awaitSynced();
    server.stop();
    server.put("pods", "a", PodJson.pod("shop", "a", "uid-2", PodJson.id('b')));
    server.expire();
    server.start();
    watched.await(() -> watched.isFound('b', "uid-2"), "found the new one");
    assertTrue(watched.found('a', "uid-1").deleted());
    assertFalse(watched.found('b', "uid-2").deleted());
  }

  @Test
  void twoPodsThatClaimOneContainer() throws Exception {
    server.put("pods", "a", PodJson.pod("shop", "a", "uid-a", PodJson.id('a')));
    server.put("pods", "b", PodJson.pod("evil", "b", "uid-b", PodJson.id('a')));
    watched.start();
    watched.awaitSynced();
    assertEquals("a", watched.found('a', "uid-a").pod().name());
    assertInstanceOf(PodMatch.Ambiguous.class, watched.pods().find(PodJson.id('a'), ""));
    assertEquals(1, watched.pods().stats().conflicts());
    assertEquals(1, watched.warnings().size());
    assertTrue(watched.warnings().get(0).contains("shop/a"), watched.warnings().get(0));
    assertTrue(watched.warnings().get(0).contains("evil/b"), watched.warnings().get(0));
  }

  @Test
  void hugeAndMalformedPodsDoNoHarm() throws Exception {
    StringBuilder labels = new StringBuilder();
    for (int i = 0; i < 200; i++) {
      String name = "a".repeat(60) + (100 + i);
      labels.append(i == 0 ? "" : ",").append('"' + name + "\":\"" + "v".repeat(63) + '"');
    }
    String annotations =
        "\"kubectl.kubernetes.io/last-applied-configuration\":\"{}\",\"huge\":\""
            + "h".repeat(250_000)
            + "\",\"wide\":\"Grüße \\u202e\\u0000 \\ud83d\\ude00\",\"list\":[1,{\"a\":2}],\"null\":null";
    server.put(
        "pods",
        "big",
        PodJson.pod("shop", "big", "uid-a", PodJson.id('a'), labels.toString(), annotations));
    server.put("pods", "no-uid", PodJson.pod("shop", "no-uid", "", PodJson.id('b')));
    server.put(
        "pods",
        "odd",
        "{\"kind\":\"Pod\",\"apiVersion\":\"v1\",\"metadata\":{\"name\":\"odd\",\"namespace\":\"shop\","
            + "\"uid\":\"uid-odd\",\"resourceVersion\":\"%d\",\"labels\":[],\"ownerReferences\":7},"
            + "\"spec\":[],\"status\":{\"containerStatuses\":{\"a\":1},\"phase\":{}}}");
    watched.start();
    watched.awaitSynced();
    var big = watched.found('a', "uid-a").pod();
    assertEquals(128, big.labels().size());
    assertEquals(List.of("wide"), List.copyOf(big.annotations().keySet()));
    assertTrue(big.annotations().get("wide").startsWith("Grüße"));
    assertEquals(1, watched.watch().pods().malformed());
    assertEquals(2, watched.pods().stats().pods());

    // The same over the watch.
    server.put(
        "pods",
        "big",
        PodJson.pod("shop", "big", "uid-a", PodJson.id('c'), labels.toString(), annotations));
    server.put("pods", "no-uid", PodJson.pod("shop", "no-uid", "", PodJson.id('d')));
    server.put("pods", "last", PodJson.pod("shop", "last", "uid-l", PodJson.id('e')));
    watched.await(() -> watched.isFound('e', "uid-l"), "told of the last");
    assertEquals(128, watched.found('c', "uid-a").pod().labels().size());
    assertEquals(2, watched.watch().pods().malformed());
    assertEquals(0, watched.watch().pods().failures());
  }

  @Test
  void whatIsGoneIsForgotten() throws Exception {
    watched.start();
    watched.awaitSynced();
    for (int i = 0; i < 2000; i++) {
      String name = "pod-" + i;
      server.put("pods", name, PodJson.pod("shop", name, "uid-" + i, PodJson.id('a')));
      if (i >= 10) {
        server.delete("pods", "pod-" + (i - 10));
      }
    }
    server.put("pods", "last", PodJson.pod("shop", "last", "uid-last", PodJson.id('b')));
    watched.await(() -> watched.isFound('b', "uid-last"), "told of the last");
    assertEquals(11, watched.watch().pods().objects());
    var stats = watched.pods().stats();
    assertEquals(11, stats.pods());
    assertEquals(WatchFixture.LIMITS.maxDeleted(), stats.deleted());
    assertTrue(stats.bytes() < WatchFixture.LIMITS.maxBytes());
  }
}
