package io.nodeflame.discovery.pod;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

class WorkloadRulesTest {
  private static PodBuilder pod(String kind, String name) {
    return Pods.builder("uid", "pod-x")
        .createdAt("2026-11-23T03:00:20Z")
        .controller("apps/v1", kind, name);
  }

  private static void assertWorkload(String expected, PodBuilder pod) {
    Workload workload = pod.build().orElseThrow().workload();
    assertEquals(expected, workload.kind() + " " + workload.name());
  }

  @Test
  void deployments() {
    assertWorkload(
        "Deployment my-web", pod("ReplicaSet", "my-web-6b7f").label("pod-template-hash", "6b7f"));
    assertWorkload("ReplicaSet web-6b7f", pod("ReplicaSet", "web-6b7f"));
    for (String forged : new String[] {"", "b7f", "other", "web-6b7f", "-6b7f"}) {
      assertWorkload(
          "ReplicaSet web-6b7f", pod("ReplicaSet", "web-6b7f").label("pod-template-hash", forged));
    }
    assertWorkload(
        "ReplicaSet -6b7f", pod("ReplicaSet", "-6b7f").label("pod-template-hash", "6b7f"));
  }

  @Test
  void rollouts() {
    assertWorkload(
        "Rollout web", pod("ReplicaSet", "web-6b7f").label("rollouts-pod-template-hash", "6b7f"));
  }

  /** 2026-11-23T03:00Z is minute 29,923,380 since 1970. */
  @Test
  void cronJobs() {
    long minute = java.time.Instant.parse("2026-11-23T03:00:00Z").getEpochSecond() / 60;
    assertWorkload("CronJob backup", pod("Job", "backup-" + minute));
    assertWorkload("CronJob night-1", pod("Job", "night-1-" + (minute - 60 * 24 * 6)));
    assertWorkload("CronJob backup", pod("Job", "backup-" + (minute + 9)));
    for (String job :
        new String[] {
          "backup-" + (minute + 11),
          "backup-" + (minute - 60 * 24 * 8),
          "backup-20261123",
          "backup-99999999999999999999",
          "backup-",
          "backup",
          "-" + minute,
          String.valueOf(minute),
          "backup-٣"
        }) {
      assertWorkload("Job " + job, pod("Job", job));
    }
    assertWorkload("Job b-" + minute, pod("Job", "b-" + minute).createdAt("yesterday"));
  }

  @Test
  void openShift() {
    String key = "openshift.io/deployment-config.name";
    assertWorkload(
        "DeploymentConfig web", pod("ReplicationController", "web-12").annotation(key, "web"));
    assertWorkload(
        "ReplicationController web-12",
        pod("ReplicationController", "web-12").annotation(key, "other"));
    assertWorkload(
        "ReplicationController web-a",
        pod("ReplicationController", "web-a").annotation(key, "web"));
    assertWorkload("ReplicationController web", pod("ReplicationController", "web"));
  }

  @Test
  void others() {
    assertWorkload("StatefulSet db", pod("StatefulSet", "db"));
    assertWorkload("DaemonSet agent", pod("DaemonSet", "agent"));
    assertWorkload("Thing x", pod("Thing", "x"));
    assertWorkload("Pod pod-x", pod("", ""));
    assertWorkload("StaticPod etcd", new Static("etcd-node-1").pod());
    assertWorkload("StaticPod etcd-node-2", new Static("etcd-node-2").pod());
  }

  private record Static(String name) {
    PodBuilder pod() {
      return Pods.builder("uid", name).controller("v1", "Node", "node-1");
    }
  }
}
