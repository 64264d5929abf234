package io.nodeflame.discovery.kubernetes;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What goes wrong, and that it comes right again. */
class KubernetesWatchFailureTest {
  @TempDir private Path dir;

  private FakeApiServer server;
  private WatchFixture watched;

  @BeforeEach
  void prepare() throws Exception {
    server = new FakeApiServer();
    server.put("pods", "a", PodJson.pod("shop", "a", "uid-a", PodJson.id('a')));
    server.put("namespaces", "shop", PodJson.namespace("shop", "blue"));
    watched = new WatchFixture(server);
  }

  @AfterEach
  void stop() throws Exception {
    watched.close();
    server.close();
  }

  private void startAll() throws Exception {
    server.start();
    watched.start();
    watched.awaitSynced();
    watched.await(() -> watched.watch().pods().connected(), "connected");
  }

  private boolean isWarned(String part) {
    return watched.warnings().stream().anyMatch(warning -> warning.contains(part));
  }

  @Test
  void aServerThatIsNotThereYet() throws Exception {
    watched.start();
    watched.await(() -> watched.watch().pods().failures() >= 3, "refused thrice");
    assertFalse(watched.watch().pods().synced());
    assertTrue(watched.watch().pods().sinceEvent().isEmpty());
    assertEquals(1, watched.warnings().size(), watched.warnings()::toString);
    assertTrue(isWarned("127.0.0.1:" + server.uri().getPort() + " cannot be reached"));
    server.start();
    watched.awaitSynced();
    assertTrue(watched.isFound('a', "uid-a"));
    assertEquals("", watched.watch().pods().problem());
  }

  @Test
  void aRestartLosesNothing() throws Exception {
    startAll();
    server.stop();
    server.put("pods", "b", PodJson.pod("shop", "b", "uid-b", PodJson.id('b')));
    server.delete("pods", "a");
    watched.await(() -> !watched.watch().pods().problem().isEmpty(), "aware");
    assertTrue(watched.isFound('a', "uid-a"), "what was known is used");
    assertTrue(watched.watch().pods().synced());
    server.start();
    watched.await(() -> watched.isFound('b', "uid-b"), "told of the new pod");
    watched.await(() -> watched.found('a', "uid-a").deleted(), "told of the gone pod");
    watched.await(() -> watched.watch().pods().problem().isEmpty(), "content");
    watched.await(() -> watched.watch().pods().reconnects() >= 1, "counted");
    assertEquals(
        1,
        watched.warnings().stream().filter(w -> w.contains("cannot be reached")).count(),
        watched.warnings()::toString);
  }

  @Test
  void anExpiredVersionIsAnsweredWithANewList() throws Exception {
    startAll();
    server.stop();
    server.delete("pods", "a");
    server.delete("namespaces", "shop");
    server.put("pods", "b", PodJson.pod("shop", "b", "uid-b", PodJson.id('b')));
    server.expire();
    server.start();
    watched.await(() -> watched.isFound('b', "uid-b"), "listed");
    watched.await(() -> watched.found('a', "uid-a").deleted(), "without the pod that is gone");
    watched.await(() -> watched.namespaces().find("shop").isEmpty(), "without the namespace");
    server.put("pods", "c", PodJson.pod("shop", "c", "uid-c", PodJson.id('c')));
    watched.await(() -> watched.isFound('c', "uid-c"), "watching again");
  }

  @Test
  void goneInsteadOfAWatch() throws Exception {
    startAll();
    server.answer("watch", "pods", 410);
    server.drop();
    server.put("pods", "b", PodJson.pod("shop", "b", "uid-b", PodJson.id('b')));
    watched.await(() -> watched.isFound('b', "uid-b"), "listed");
    server.answer("watch", "pods", 200);
    server.put("pods", "c", PodJson.pod("shop", "c", "uid-c", PodJson.id('c')));
    watched.await(() -> watched.isFound('c', "uid-c"), "found");
    watched.await(() -> watched.watch().pods().connected(), "watching again");
  }

  @Test
  void aServerThatForbidsEverythingWhileItStarts() throws Exception {
    server.answerNext(1, "list", "pods", 403);
    server.start();
    watched.start();
    watched.await(() -> watched.watch().pods().connected(), "connected");
    assertEquals(1, watched.watch().pods().refusals());
    assertEquals(List.of(), watched.warnings());
  }

  @Test
  void podsWithoutNamespaces() throws Exception {
    server.answer("list", "namespaces", 403);
    server.start();
    watched.start();
    watched.await(() -> watched.isFound('a', "uid-a"), "found");
    watched.await(() -> isWarned("forbids to list namespaces"), "refused for long");
    assertTrue(watched.watch().namespaces().refusals() >= 2);
    assertFalse(watched.watch().namespaces().synced());
    assertEquals("", watched.watch().pods().problem());
    assertEquals(1, watched.warnings().size(), watched.warnings()::toString);
    String sentence = watched.watch().namespaces().problem();
    assertEquals(watched.warnings().get(0), sentence);
    for (String part :
        List.of("forbids to list namespaces (403)", "get, list and watch", "API group \"\"")) {
      assertTrue(sentence.contains(part), sentence);
    }
    assertTrue(sentence.contains("ClusterRoleBinding"), sentence);

    server.answer("list", "namespaces", 200);
    watched.await(() -> watched.watch().namespaces().synced(), "allowed");
    watched.await(() -> watched.watch().namespaces().problem().isEmpty(), "content");
    assertTrue(watched.namespaces().find("shop").isPresent());
  }

  @Test
  void aListWithoutAWatch() throws Exception {
    server.answer("watch", "pods", 403);
    server.start();
    watched.start();
    watched.await(() -> !watched.watch().pods().problem().isEmpty(), "refused");
    assertTrue(watched.watch().pods().refusals() >= 2);
    assertTrue(watched.isFound('a', "uid-a"));
    assertFalse(watched.watch().pods().connected());
    assertTrue(watched.watch().pods().problem().contains("forbids to watch pods (403)"));
    assertTrue(watched.warnings().get(0).contains("changes are seen only"));
    assertEquals(1, watched.warnings().size(), watched.warnings()::toString);
    // Listed again with each try, so that what is gone is still found out.
    server.delete("pods", "a");
    watched.await(() -> watched.found('a', "uid-a").deleted(), "gone");
    server.answer("watch", "pods", 200);
    watched.await(() -> watched.watch().pods().connected(), "allowed");
    watched.await(() -> watched.watch().pods().problem().isEmpty(), "content");
  }

  @Test
  void aTokenThatIsReplaced() throws Exception {
    Path token = dir.resolve("token");
    Files.writeString(token, "first\n");
    watched.tokenFile(token);
    server.requireToken("first");
    startAll();

    server.requireToken("second");
    server.drop();
    watched.await(() -> isWarned("401"), "refused");
    assertTrue(watched.isFound('a', "uid-a"));
    Files.writeString(token, "second\n");
    server.put("pods", "b", PodJson.pod("shop", "b", "uid-b", PodJson.id('b')));
    watched.await(() -> watched.isFound('b', "uid-b"), "accepted");
    watched.await(() -> watched.watch().pods().problem().isEmpty(), "content");
  }

  @Test
  void aTokenThatVanishes() throws Exception {
    Path token = dir.resolve("token");
    Files.writeString(token, "first");
    watched.tokenFile(token);
    server.requireToken("first");
    startAll();
    Files.delete(token);
    for (int i = 0; i < 2; i++) {
      long reconnects = watched.watch().pods().reconnects();
      server.drop();
      watched.await(() -> watched.watch().pods().reconnects() > reconnects, "connected again");
    }
    List<String> said =
        watched.warnings().stream().filter(warning -> warning.contains("token")).toList();
    assertEquals(1, said.size(), said::toString);
    assertTrue(said.get(0).contains(token + " cannot be read"), said.get(0));
    assertTrue(watched.watch().tokenFailures() >= 2);
  }

  @Test
  void nonsenseInsteadOfEventsAndLists() throws Exception {
    startAll();
    server.tell("pods", "ADDED", "{\"kind\":\"Pod\",\"apiVersion\":\"v1\",");
    server.put("pods", "b", PodJson.pod("shop", "b", "uid-b", PodJson.id('b')));
    watched.await(() -> watched.isFound('b', "uid-b"), "listed again");
    assertTrue(watched.watch().pods().failures() >= 1);
    server.answer("list", "pods", 500);
    server.expire();
    server.drop();
    long before = watched.watch().pods().failures();
    watched.await(() -> watched.watch().pods().failures() > before + 1, "failing");
    server.answer("list", "pods", 200);
    server.put("pods", "c", PodJson.pod("shop", "c", "uid-c", PodJson.id('c')));
    watched.await(() -> watched.isFound('c', "uid-c"), "right again");
  }

  @Test
  void aWatchThatIsDeadAndDoesNotSaySo() throws Exception {
    watched.longestWatch(Duration.ofSeconds(2));
    startAll();
    server.mute();
    server.put("pods", "b", PodJson.pod("shop", "b", "uid-b", PodJson.id('b')));
    server.delete("pods", "a");
    watched.await(() -> watched.isFound('b', "uid-b"), "listed again");
    watched.await(() -> watched.found('a', "uid-a").deleted(), "gone");
    assertTrue(isWarned("nothing is heard of the server"));
    assertTrue(watched.watch().pods().failures() >= 1);
  }

  @Test
  void closingEndsTheThreads() throws Exception {
    List<String> others = threads("HttpClient-");
    startAll();
    watched.await(
        () -> watched.watch().pods().connected() && watched.watch().namespaces().connected(),
        "connected");
    assertFalse(threads("kubernetes-").isEmpty());
    watched.close();
    watched.await(() -> threads("kubernetes-").isEmpty(), "without threads");
    watched.await(
        () -> {
          System.gc();
          return server.connectionCount() == 0 && others.containsAll(threads("HttpClient-"));
        },
        "without connections");
    assertFalse(watched.watch().pods().connected());
    assertTrue(watched.isFound('a', "uid-a"), "what was known stays");
  }

  @Test
  void aWatchThatIsNeverAnswered() throws Exception {
    server.hold("watch", "pods");
    server.start();
    watched.start();
    watched.await(() -> isWarned("cannot be reached"), "warned");
    server.letGo();
    watched.await(() -> watched.watch().pods().connected(), "connected");
    watched.await(() -> watched.watch().pods().problem().isEmpty(), "content");
  }

  @Test
  void closingInTheMidstOfConnecting() throws Exception {
    List<String> others = threads("HttpClient-");
    server.hold("watch", "pods");
    server.start();
    watched.start();
    watched.await(
        () -> server.requests().stream().anyMatch(line -> line.matches("watch .*/pods.*")),
        "asked");
    watched.close();
    watched.await(() -> threads("kubernetes-").isEmpty(), "without threads");
    // The JDK's thread ends when the last of its connections is closed.
    watched.await(
        () -> {
          System.gc();
          return others.containsAll(threads("HttpClient-"));
        },
        "without connections");
  }

  @Test
  void closingBeforeTheServerIsThere() throws Exception {
    watched.start();
    watched.await(() -> watched.watch().pods().failures() >= 1, "refused");
    watched.close();
    watched.await(() -> threads("kubernetes-").isEmpty(), "without threads");
  }

  @Test
  void filesThatAreNotThere() {
    watched.kubeconfig(dir.resolve("config"));
    IOException problem = assertThrows(IOException.class, watched::start);
    assertTrue(problem.getMessage().contains(dir.resolve("config").toString()));
  }

  @Test
  void aKubeconfigOfKubectl() throws Exception {
    Path config = dir.resolve("config");
    Files.writeString(
        config,
        """
        apiVersion: v1
        kind: Config
        current-context: here
        clusters:
        - name: cluster
          cluster:
            server: SERVER
        users:
        - name: user
          user:
            token: secret
        contexts:
        - name: here
          context: {cluster: cluster, user: user}
        """
            .replace("SERVER", server.uri().toString()));
    watched.kubeconfig(config);
    server.requireToken("secret");
    startAll();
    assertTrue(watched.isFound('a', "uid-a"));
  }

  private static List<String> threads(String prefix) {
    return Thread.getAllStackTraces().keySet().stream()
        .filter(Thread::isAlive)
        .map(Thread::getName)
        .filter(name -> name.startsWith(prefix))
        .toList();
  }
}
