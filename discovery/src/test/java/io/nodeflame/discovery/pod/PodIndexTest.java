package io.nodeflame.discovery.pod;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

class PodIndexTest {
  private static final Duration KEPT = Duration.ofMinutes(5);
  private static final String HASH = "0123456789abcdef0123456789abcdef";

  private final List<String> warnings = new ArrayList<>();
  private long now = 1_000;
  private PodIndex index = index(1 << 20, 100);

  private PodIndex index(long maxBytes, int maxDeleted) {
    return new PodIndex(new PodIndexLimits(maxBytes, maxDeleted, KEPT), () -> now, warnings::add);
  }

  private PodMatch find(char containerId, String podUid) {
    return index.find(Pods.id(containerId), podUid);
  }

  private PodMatch.Found found(char containerId, String podUid) {
    return assertInstanceOf(PodMatch.Found.class, find(containerId, podUid));
  }

  private void assertNotFound(char containerId, String podUid) {
    assertInstanceOf(PodMatch.NotFound.class, find(containerId, podUid));
  }

  @Test
  void byUidAndByContainer() {
    Pod pod = Pods.running("uid-a", "a", 'a');
    index.put(pod);
    assertSame(pod, found('a', "uid-a").pod());
    assertEquals("main", found('a', "uid-a").container().name());
    assertSame(pod, found('a', "").pod());
    assertNotFound('b', "uid-b");
    assertNotFound('b', "");
    assertEquals(0, index.stats().contradictions());
  }

  @Test
  void aContainerThatTheStatusDoesNotNameYet() {
    Pod early =
        Pods.builder("uid-a", "a")
            .container(PodContainer.Kind.APP, "main", "image")
            .build()
            .orElseThrow();
    index.put(early);
    PodMatch.ContainerUnknown match =
        assertInstanceOf(PodMatch.ContainerUnknown.class, find('a', "uid-a"));
    assertSame(early, match.pod());
    assertNotFound('a', "");
    assertEquals(1, index.stats().waiting());
    index.put(Pods.running("uid-a", "a", 'a'));
    found('a', "uid-a");
    assertEquals(0, index.stats().waiting());
  }

  @Test
  void aContainerThatWasRestarted() {
    index.put(Pods.running("uid-a", "a", 'b', "containerd://" + Pods.id('a')));
    assertEquals("main", found('a', "uid-a").container().name());
    assertEquals("main", found('b', "uid-a").container().name());
    found('a', "");
    index.put(Pods.running("uid-a", "a", 'c', "containerd://" + Pods.id('b')));
    assertInstanceOf(PodMatch.ContainerUnknown.class, find('a', "uid-a"));
    assertNotFound('a', "");
  }

  @Test
  void aStaticPodByItsHash() {
    index.put(Pods.mirror("uid-1", HASH, 'a'));
    assertEquals("etcd", found('a', HASH).container().name());
    assertInstanceOf(PodMatch.ContainerUnknown.class, find('b', HASH));
    // kubelet makes its mirror anew.
    index.delete("uid-1");
    index.put(Pods.mirror("uid-2", HASH, 'a'));
    assertEquals("uid-2", found('a', HASH).pod().uid());
    assertEquals("uid-2", found('a', "").pod().uid());
    assertEquals(0, index.stats().conflicts());
  }

  @Test
  void aDeletedPodIsFoundForSomeTime() {
    index.put(Pods.running("uid-a", "a", 'a'));
    index.delete("uid-a");
    assertTrue(found('a', "uid-a").deleted());
    assertEquals(0, index.stats().pods());
    assertEquals(1, index.stats().deleted());
    now += KEPT.toNanos();
    assertTrue(found('a', "").deleted());
    now++;
    assertNotFound('a', "uid-a");
    assertNotFound('a', "");
    assertEquals(new PodIndex.Stats(0, 0, 0, 0, 0, 0, 1, 0), index.stats());
  }

  @Test
  void aDeletedPodLivesAgain() {
    Pod pod = Pods.running("uid-a", "a", 'a');
    index.put(pod);
    index.delete("uid-a");
    index.put(pod);
    now += 2 * KEPT.toNanos();
    assertTrue(index.stats().pods() == 1 && !found('a', "uid-a").deleted());
    assertEquals(0, index.stats().deleted());
  }

  @Test
  void deletedPodsAreBoundedInNumber() {
    index = index(1 << 20, 2);
    for (char id : new char[] {'a', 'b', 'c'}) {
      index.put(Pods.running("uid-" + id, "pod", id));
      index.delete("uid-" + id);
    }
    assertNotFound('a', "");
    found('b', "uid-b");
    found('c', "uid-c");
    assertEquals(2, index.stats().deleted());
  }

  @Test
  void thePathDecidesBetweenTwoThatClaimOneContainer() {
    index.put(Pods.running("uid-a", "a", 'a'));
    index.put(Pods.running("uid-b", "b", 'a'));
    assertEquals("a", found('a', "uid-a").pod().name());
    assertEquals("b", found('a', "uid-b").pod().name());
    assertEquals(2, assertInstanceOf(PodMatch.Ambiguous.class, find('a', "")).pods());
    assertEquals(1, index.stats().conflicts());
    index.put(Pods.running("uid-c", "c", 'a'));
    assertEquals(2, index.stats().conflicts());
    assertEquals(1, warnings.size());
    assertTrue(warnings.get(0).contains("shop/a") && warnings.get(0).contains("shop/b"));
    // Of a living and a deleted one the living is meant.
    index.delete("uid-a");
    index.delete("uid-b");
    assertEquals("c", found('a', "").pod().name());
  }

  @Test
  void aPathThatContradictsTheStatus() {
    index.put(Pods.running("uid-a", "a", 'a'));
    assertNotFound('a', "uid-unknown");
    assertEquals(1, index.stats().contradictions());
  }

  @Test
  void twoMirrorsOfOneHash() {
    index.put(Pods.mirror("uid-1", HASH, 'a'));
    index.put(Pods.mirror("uid-2", HASH, 'b'));
    assertEquals("uid-1", found('a', HASH).pod().uid());
    assertEquals("uid-2", found('b', HASH).pod().uid());
    assertInstanceOf(PodMatch.Ambiguous.class, find('c', HASH));
    assertEquals(1, index.stats().conflicts());
  }

  @Test
  void theVersionRisesOnlyWithChanges() {
    long empty = index.version();
    index.put(Pods.running("uid-a", "a", 'a'));
    long added = index.version();
    assertTrue(added > empty);
    Pod known = found('a', "uid-a").pod();
    index.put(Pods.running("uid-a", "a", 'a'));
    index.delete("uid-b");
    assertEquals(added, index.version());
    assertSame(known, found('a', "uid-a").pod(), "an unchanged pod is the same object again");
    index.put(Pods.running("uid-a", "a", 'b'));
    long changed = index.version();
    assertTrue(changed > added);
    index.delete("uid-a");
    assertTrue(index.version() > changed);
  }

  @Test
  void memoryIsBounded() {
    long one = Footprint.of(Pods.running("uid-a", "a", 'a'));
    index = index(3 * one + one / 2, 100);
    index.put(Pods.running("uid-a", "a", 'a'));
    index.put(Pods.running("uid-b", "b", 'b'));
    index.put(Pods.running("uid-c", "c", 'c'));
    assertEquals(3 * one, index.stats().bytes());
    index.put(Pods.running("uid-d", "d", 'd'));
    index.put(Pods.running("uid-e", "e", 'e'));
    assertEquals(2, index.stats().dropped());
    assertEquals(1, warnings.size());
    assertNotFound('d', "uid-d");
    index.delete("uid-b");
    index.put(Pods.running("uid-d", "d", 'd'));
    found('d', "uid-d");
    assertNotFound('b', "uid-b");
    assertEquals(3 * one, index.stats().bytes());
    for (char id : new char[] {'a', 'c', 'd'}) {
      index.delete("uid-" + id);
    }
    now += 2 * KEPT.toNanos();
    assertEquals(0, index.stats().bytes());
  }

  @Test
  void aFinishedPodMakesRoom() {
    Pod finished =
        Pods.builder("uid-a", "a")
            .phase("Succeeded")
            .container(PodContainer.Kind.APP, "main", "image")
            .build()
            .orElseThrow();
    index = index(Footprint.of(Pods.running("uid-b", "b", 'b')) + 100, 100);
    index.put(finished);
    assertEquals(0, index.stats().waiting());
    index.put(Pods.running("uid-b", "b", 'b'));
    found('b', "uid-b");
    assertEquals(List.of("b"), index.pods().stream().map(Pod::name).toList());
  }

  /** After any changes the bytes and claims are those of the pods that are left. */
  @Test
  void anyChangesLeaveNothingBehind() {
    Random random = new Random(5);
    index = index(20_000, 7);
    for (int round = 0; round < 20_000; round++) {
      String uid = "uid-" + random.nextInt(20);
      char id = (char) ('a' + random.nextInt(6));
      now += random.nextLong(KEPT.toNanos() / 10);
      switch (random.nextInt(3)) {
        case 0 -> index.put(Pods.running(uid, "pod", id));
        case 1 ->
            index.put(Pods.running(uid, "pod", id, "containerd://" + Pods.id((char) (id + 1))));
        default -> index.delete(uid);
      }
      PodIndex.Stats stats = index.stats();
      assertTrue(stats.bytes() <= 20_000 && stats.deleted() <= 7, stats::toString);
      assertEquals(index.pods().size(), stats.pods());
    }
    assertNotEquals(0, index.stats().conflicts());
    for (int i = 0; i < 20; i++) {
      index.delete("uid-" + i);
    }
    now += 2 * KEPT.toNanos();
    assertEquals(0, index.stats().bytes());
    for (char id = 'a'; id <= 'g'; id++) {
      assertNotFound(id, "");
    }
  }

  /** A pod that does not change is found at any moment, whatever happens to its neighbours. */
  @Test
  void aReaderNeverMissesAPodThatIsThere() throws Exception {
    index.put(Pods.running("uid-a", "a", 'a'));
    AtomicBoolean done = new AtomicBoolean();
    AtomicReference<PodMatch> wrong = new AtomicReference<>();
    Thread reader =
        new Thread(
            () -> {
              while (!done.get()) {
                for (String uid : new String[] {"uid-a", ""}) {
                  if (find('a', uid) instanceof PodMatch.Found found
                      && found.pod().name().equals("a")) {
                    continue;
                  }
                  wrong.set(find('a', uid));
                }
              }
            });
    reader.start();
    for (int round = 0; round < 20_000; round++) {
      index.put(Pods.running("uid-b", "b", round % 2 == 0 ? 'b' : 'c'));
      index.put(
          Pods.running("uid-a", "a", 'a', round % 2 == 0 ? "containerd://" + Pods.id('d') : ""));
      if (round % 3 == 0) {
        index.delete("uid-b");
      }
    }
    done.set(true);
    reader.join();
    assertEquals(null, wrong.get());
  }
}
