package io.nodeflame.discovery.target;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertSame;

import io.nodeflame.discovery.AnnotationSettings;
import io.nodeflame.discovery.DiscoverySettings;
import io.nodeflame.discovery.Excluded;
import io.nodeflame.discovery.PodSettings;
import io.nodeflame.discovery.ProcessFacts;
import io.nodeflame.discovery.Resolution;
import io.nodeflame.discovery.Target;
import io.nodeflame.discovery.Unmatched;
import io.nodeflame.discovery.Waiting;
import io.nodeflame.discovery.cgroup.ContainerId;
import io.nodeflame.discovery.pod.LabelSelector;
import io.nodeflame.discovery.pod.NamespaceIndex;
import io.nodeflame.discovery.pod.PodIndex;
import io.nodeflame.discovery.pod.PodIndexLimits;
import io.nodeflame.discovery.relabel.Relabeling;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class PodTargetsTest {
  private static final ProcessFacts PROCESS = new ProcessFacts(7, 1, 1, "main", "/usr/bin/web");
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final ContainerId CONTAINER =
      ContainerId.in("/kubepods/besteffort/pod" + PodFixture.UID + "/" + PodFixture.ID)
          .orElseThrow();

  private long now = 5;
  private final PodIndex pods = new PodIndex(PodIndexLimits.DEFAULT, () -> now, warning -> {});
  private final NamespaceIndex namespaces = new NamespaceIndex(NamespaceIndex.DEFAULT_MAX_BYTES);
  private final PodTargets targets =
      new PodTargets(pods, namespaces, rules(PodSettings.ALL), PATIENCE, () -> now);

  private static TargetRules rules(PodSettings pods) {
    return new TargetRules(
        new DiscoverySettings("n1", true, Map.of(), pods, Relabeling.NONE), problem -> {});
  }

  private Resolution resolve() {
    return targets.resolve(CONTAINER, PROCESS).orElseThrow();
  }

  @Test
  void aContainerIsWaitedForUntilItsPodIsKnown() {
    Waiting waiting = assertInstanceOf(Waiting.class, resolve());
    assertEquals(PodFixture.ID, waiting.container());
    assertInstanceOf(Waiting.class, waiting.settle());
    pods.put(PodFixture.plain().withoutId().pod());
    assertInstanceOf(Waiting.class, waiting.settle(), "the status does not name it yet");
    pods.put(PodFixture.plain().pod());
    Target target = assertInstanceOf(Target.class, waiting.settle());
    assertEquals("web", target.labels().value("container"));
    assertSame(target, resolve(), "made once");
  }

  @Test
  void patienceEnds() {
    assertInstanceOf(Waiting.class, resolve());
    now += PATIENCE.toNanos() - 1;
    assertInstanceOf(Waiting.class, resolve());
    now += 1;
    assertEquals(new Unmatched(Unmatched.Reason.POD_UNKNOWN), resolve());
  }

  @Test
  void theSandboxOfAKnownPodIsLabelledWithoutAContainer() {
    pods.put(PodFixture.plain().withoutId().pod());
    assertInstanceOf(Waiting.class, resolve());
    now += PATIENCE.toNanos();
    Target target = assertInstanceOf(Target.class, resolve());
    assertEquals("web-5d4f8b7c9d-x2x4z", target.labels().value("pod"));
    assertEquals("", target.labels().value("container"));
  }

  @Test
  void changesOfPodAndNamespaceAndRulesCount() {
    pods.put(PodFixture.plain().pod());
    long version = targets.version();
    assertEquals("web", assertInstanceOf(Target.class, resolve()).serviceName());
    pods.put(PodFixture.plain().labelled(Map.of("app", "store")).pod());
    assertEquals(true, targets.version() > version);
    assertEquals("store", assertInstanceOf(Target.class, resolve()).serviceName());
    targets.use(
        rules(
            new PodSettings(
                Set.of(),
                Set.of("shop"),
                LabelSelector.EVERYTHING,
                AnnotationSettings.NONE,
                List.of())));
    assertEquals(new Excluded(Excluded.Reason.NAMESPACE), resolve());
    version = targets.version();
    namespaces.put(PodFixture.NAMESPACE);
    assertEquals(true, targets.version() > version);
  }

  @Test
  void aDeletedPodKeepsItsLabelsForItsLastSamples() {
    pods.put(PodFixture.plain().pod());
    Resolution before = resolve();
    pods.delete(PodFixture.UID);
    assertEquals(before, resolve());
  }

  @Test
  void whatIsInNoPodIsNotAnswered() {
    ContainerId docker = ContainerId.in("/docker/" + PodFixture.ID).orElseThrow();
    assertEquals(Optional.empty(), targets.resolve(docker, PROCESS));
    pods.put(PodFixture.plain().pod());
    assertInstanceOf(
        Target.class, targets.resolve(docker, PROCESS).orElseThrow(), "a namespace hides the pod");
  }
}
