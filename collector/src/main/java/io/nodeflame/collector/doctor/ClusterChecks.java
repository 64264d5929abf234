package io.nodeflame.collector.doctor;

import io.nodeflame.discovery.kubernetes.ClusterAccess;
import io.nodeflame.discovery.probe.ClusterProbe;
import io.nodeflame.discovery.probe.Finding;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The cluster lets this node's daemon read what it needs. Nothing of it is loaded elsewhere. */
public final class ClusterChecks {
  private static final String UNTRIED = "not asked, since the API server cannot be used";

  private final Supplier<List<Finding>> probe;
  private @Nullable List<Finding> findings;

  ClusterChecks(Supplier<List<Finding>> probe) {
    this.probe = probe;
  }

  /** For a pod whose configuration names no node. */
  public static Check nodeNameMissing() {
    return () ->
        CheckResult.failed(
            "node name",
            "nodeName is empty, and this is a pod of a cluster: no pod is known",
            "set the variable NODE_NAME from spec.nodeName, as deploy/base does");
  }

  /**
   * None outside of a cluster. The first one that runs asks for all.
   *
   * @param nodeName empty outside of a cluster
   * @param access empty when the environment does not tell it
   */
  public static List<Check> of(String nodeName, Optional<ClusterAccess> access) {
    if (nodeName.isEmpty()) {
      return List.of();
    }
    if (access.isEmpty()) {
      return List.of(
          () ->
              CheckResult.failed(
                  "API server",
                  "nodeName is " + nodeName + ", but it is not known how the cluster is reached",
                  "run in a pod with a ServiceAccount, or name a file with KUBECONFIG"));
    }
    return new ClusterChecks(() -> ClusterProbe.run(access.get(), nodeName)).checks();
  }

  List<Check> checks() {
    return List.of(() -> of("API server"), () -> of("pods"), () -> of("namespaces"));
  }

  private CheckResult of(String subject) {
    List<Finding> known = findings;
    if (known == null) {
      known = probe.get();
      findings = known;
    }
    for (Finding finding : known) {
      if (finding.subject().equals(subject)) {
        return result(finding);
      }
    }
    return CheckResult.warning(subject, UNTRIED, "mend that first");
  }

  private static CheckResult result(Finding finding) {
    return switch (finding.verdict()) {
      case GOOD -> CheckResult.ok(finding.subject(), finding.what());
      case DOUBTFUL -> CheckResult.warning(finding.subject(), finding.what(), finding.fix());
      case BAD -> CheckResult.failed(finding.subject(), finding.what(), finding.fix());
    };
  }
}
