package io.nodeflame.collector.doctor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nodeflame.discovery.kubernetes.ClusterAccess;
import io.nodeflame.discovery.probe.Finding;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class ClusterChecksTest {
  @Test
  void aPodWithoutANodeNameFails() {
    CheckResult result = ClusterChecks.nodeNameMissing().run();
    assertEquals(CheckResult.Status.FAILED, result.status());
    assertTrue(result.what().contains("nodeName is empty"), result.toString());
  }

  private static List<CheckResult> run(List<Check> checks) {
    return checks.stream().map(Check::run).toList();
  }

  @Test
  void outsideOfAClusterNothingIsAsked() {
    assertEquals(List.of(), ClusterChecks.of("", Optional.empty()));
  }

  @Test
  void aNodeWithoutAWayToItsClusterIsToldHow() {
    CheckResult result = run(ClusterChecks.of("n1", Optional.empty())).get(0);
    assertEquals(CheckResult.Status.FAILED, result.status());
    assertTrue(result.fix().contains("KUBECONFIG"), result.fix());
  }

  @Test
  void findingsBecomeResultsAndAreMadeOnce() {
    AtomicInteger probes = new AtomicInteger();
    List<Finding> findings =
        List.of(
            new Finding("API server", Finding.Verdict.GOOD, "there", ""),
            new Finding("pods", Finding.Verdict.DOUBTFUL, "none", "look"),
            new Finding("namespaces", Finding.Verdict.BAD, "refused", "grant"));
    ClusterChecks checks =
        new ClusterChecks(
            () -> {
              probes.incrementAndGet();
              return findings;
            });
    assertEquals(
        List.of(
            CheckResult.ok("API server", "there"),
            CheckResult.warning("pods", "none", "look"),
            CheckResult.failed("namespaces", "refused", "grant")),
        run(checks.checks()));
    assertEquals(1, probes.get());
  }

  @Test
  void whatCouldNotBeAskedIsNotCalledGood() {
    List<CheckResult> results =
        run(
            ClusterChecks.of(
                "n1", Optional.of(ClusterAccess.ofKubeconfig(Path.of("/nonexistent")))));
    assertEquals(CheckResult.Status.FAILED, results.get(0).status());
    assertTrue(results.get(0).what().contains("/nonexistent"), results.get(0).what());
    assertEquals(CheckResult.Status.WARNING, results.get(1).status());
    assertEquals(CheckResult.Status.WARNING, results.get(2).status());
  }
}
