package io.nodeflame.discovery.target;

import io.nodeflame.discovery.pod.Controller;
import io.nodeflame.discovery.pod.NamespaceMeta;
import io.nodeflame.discovery.pod.Pod;
import io.nodeflame.discovery.pod.PodContainer;
import io.nodeflame.discovery.pod.Readiness;
import io.nodeflame.discovery.pod.Workload;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/** A pod of a Deployment, to be varied. */
record PodFixture(
    String uid,
    Map<String, String> labels,
    int labelsLeftOut,
    Map<String, String> annotations,
    int annotationsLeftOut,
    String containerId) {
  static final String UID = "117ec485-a703-43c9-afe9-3e1a42bccb98";
  static final String ID = "ab".repeat(32);
  static final NamespaceMeta NAMESPACE =
      new NamespaceMeta("shop", Map.of("team", "payments"), Map.of());

  static PodFixture plain() {
    return new PodFixture(UID, Map.of(), 0, Map.of(), 0, ID);
  }

  PodFixture labelled(Map<String, String> newLabels) {
    return new PodFixture(
        uid, newLabels, labelsLeftOut, annotations, annotationsLeftOut, containerId);
  }

  PodFixture withLabelsLeftOut(int count) {
    return new PodFixture(uid, labels, count, annotations, annotationsLeftOut, containerId);
  }

  PodFixture withAnnotationsLeftOut(int count) {
    return new PodFixture(uid, labels, labelsLeftOut, annotations, count, containerId);
  }

  PodFixture annotated(Map<String, String> newAnnotations) {
    return new PodFixture(
        uid, labels, labelsLeftOut, newAnnotations, annotationsLeftOut, containerId);
  }

  PodFixture withoutId() {
    return new PodFixture(uid, labels, labelsLeftOut, annotations, annotationsLeftOut, "");
  }

  PodContainer container() {
    return new PodContainer(
        "web", PodContainer.Kind.APP, "shop/web:1", "containerd", containerId, "");
  }

  Pod pod() {
    return new Pod(
        uid,
        "",
        "shop",
        "web-5d4f8b7c9d-x2x4z",
        "n1",
        "10.0.0.7",
        "192.0.2.1",
        "Running",
        Readiness.TRUE,
        labels,
        labelsLeftOut,
        annotations,
        annotationsLeftOut,
        new Controller("apps/v1", "ReplicaSet", "web-5d4f8b7c9d"),
        new Workload("Deployment", "web"),
        Instant.EPOCH,
        List.of(container()));
  }
}
