package io.nodeflame.discovery.pod;

import java.time.Duration;
import java.time.Instant;

/**
 * Finds the owner of a pod's owner by the names that the controllers give, so that neither needs to
 * be read. Labels and annotations are the user's: each is believed only when the name bears it out.
 *
 * @param templateHash the label {@code pod-template-hash} of the Deployment controller
 * @param rolloutHash the label {@code rollouts-pod-template-hash} of Argo Rollouts
 * @param deploymentConfig the annotation {@code openshift.io/deployment-config.name}
 */
record WorkloadRules(
    String podName,
    String nodeName,
    Controller controller,
    Instant createdAt,
    String templateHash,
    String rolloutHash,
    String deploymentConfig) {
  /** Clocks differ a little. */
  private static final long MAX_MINUTES_EARLY = Duration.ofMinutes(10).toMinutes();

  /** A missed run is made up for later, and a pod that fails is replaced later still. */
  private static final long MAX_MINUTES_LATE = Duration.ofDays(7).toMinutes();

  private static final int MAX_MINUTES_DIGITS = 10;

  Workload workload() {
    return switch (controller.kind()) {
      case "" -> new Workload("Pod", podName);
      case "Node" -> new Workload("StaticPod", without(podName, nodeName));
      case "ReplicaSet" -> ofReplicaSet();
      case "ReplicationController" -> ofReplicationController();
      case "Job" -> ofJob();
      default -> asItIs();
    };
  }

  private Workload ofReplicaSet() {
    String deployment = without(controller.name(), templateHash);
    if (!deployment.equals(controller.name())) {
      return new Workload("Deployment", deployment);
    }
    String rollout = without(controller.name(), rolloutHash);
    return rollout.equals(controller.name()) ? asItIs() : new Workload("Rollout", rollout);
  }

  private Workload ofReplicationController() {
    String name = controller.name();
    int dash = name.lastIndexOf('-');
    boolean numbered = dash > 0 && isDecimal(name.substring(dash + 1));
    return numbered && name.substring(0, dash).equals(deploymentConfig)
        ? new Workload("DeploymentConfig", deploymentConfig)
        : asItIs();
  }

  /** The CronJob controller ends the name of a job in the minutes since 1970 of its schedule. */
  private Workload ofJob() {
    String name = controller.name();
    int dash = name.lastIndexOf('-');
    String digits = name.substring(dash + 1);
    if (dash < 1 || digits.length() > MAX_MINUTES_DIGITS || !isDecimal(digits)) {
      return asItIs();
    }
    long late = createdAt.getEpochSecond() / 60 - Long.parseLong(digits);
    return late >= -MAX_MINUTES_EARLY && late <= MAX_MINUTES_LATE
        ? new Workload("CronJob", name.substring(0, dash))
        : asItIs();
  }

  private Workload asItIs() {
    return new Workload(controller.kind(), controller.name());
  }

  /** The name up to {@code -suffix}, or the whole name. */
  private static String without(String name, String suffix) {
    int end = name.length() - suffix.length() - 1;
    return !suffix.isEmpty() && end > 0 && name.charAt(end) == '-' && name.endsWith(suffix)
        ? name.substring(0, end)
        : name;
  }

  private static boolean isDecimal(String text) {
    for (int i = 0; i < text.length(); i++) {
      if (text.charAt(i) < '0' || text.charAt(i) > '9') {
        return false;
      }
    }
    return !text.isEmpty();
  }
}
