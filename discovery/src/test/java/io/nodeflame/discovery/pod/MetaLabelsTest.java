package io.nodeflame.discovery.pod;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class MetaLabelsTest {
  @Test
  void namesAreThoseOfPrometheus() {
    Pod pod =
        Pods.builder("uid-a", "web-1")
            .addresses("10.0.0.7", "192.168.0.1")
            .readiness(Readiness.TRUE)
            .controller("apps/v1", "StatefulSet", "web")
            .label("app.kubernetes.io/name", "web")
            .label("empty", "")
            .annotation("a-b/c", "x y")
            .container(PodContainer.Kind.SIDECAR, "proxy", "envoy:1")
            .status("proxy", "containerd://" + Pods.id('a'), "")
            .build()
            .orElseThrow();
    NamespaceMeta namespace =
        new NamespaceMeta("shop", Map.of("team", "blue"), Map.of("owner", "me"));
    Map<String, String> expected = new TreeMap<>();
    expected.put("__meta_kubernetes_namespace", "shop");
    expected.put("__meta_kubernetes_namespace_label_team", "blue");
    expected.put("__meta_kubernetes_namespace_labelpresent_team", "true");
    expected.put("__meta_kubernetes_namespace_annotation_owner", "me");
    expected.put("__meta_kubernetes_namespace_annotationpresent_owner", "true");
    expected.put("__meta_kubernetes_pod_name", "web-1");
    expected.put("__meta_kubernetes_pod_ip", "10.0.0.7");
    expected.put("__meta_kubernetes_pod_host_ip", "192.168.0.1");
    expected.put("__meta_kubernetes_pod_node_name", "node-1");
    expected.put("__meta_kubernetes_pod_uid", "uid-a");
    expected.put("__meta_kubernetes_pod_phase", "Running");
    expected.put("__meta_kubernetes_pod_ready", "true");
    expected.put("__meta_kubernetes_pod_controller_kind", "StatefulSet");
    expected.put("__meta_kubernetes_pod_controller_name", "web");
    expected.put("__meta_kubernetes_pod_label_app_kubernetes_io_name", "web");
    expected.put("__meta_kubernetes_pod_labelpresent_app_kubernetes_io_name", "true");
    expected.put("__meta_kubernetes_pod_labelpresent_empty", "true");
    expected.put("__meta_kubernetes_pod_annotation_a_b_c", "x y");
    expected.put("__meta_kubernetes_pod_annotationpresent_a_b_c", "true");
    expected.put("__meta_kubernetes_pod_container_name", "proxy");
    expected.put("__meta_kubernetes_pod_container_image", "envoy:1");
    expected.put("__meta_kubernetes_pod_container_id", "containerd://" + Pods.id('a'));
    expected.put("__meta_kubernetes_pod_container_init", "true");
    expected.put("__meta_process_executable", "envoy");
    MetaLabels labels =
        new MetaLabels()
            .namespace(namespace)
            .pod(pod)
            .container(pod.containers().get(0))
            .process("executable", "envoy")
            .process("comm", "");
    assertEquals(expected, labels.asMap());
  }

  @Test
  void aContainerThatDoesNotRunYet() {
    PodContainer container = new PodContainer("main", PodContainer.Kind.APP, "image", "", "", "");
    assertEquals(
        Map.of(
            "__meta_kubernetes_pod_container_name", "main",
            "__meta_kubernetes_pod_container_image", "image",
            "__meta_kubernetes_pod_container_init", "false"),
        new MetaLabels().container(container).asMap());
  }

  @Test
  void keysBecomeNames() {
    assertEquals("a_b_C9__", MetaLabels.sanitised("a.b-C9/\ud83d\ude00"));
    assertEquals("_", MetaLabels.sanitised("é"));
    assertEquals("_0", MetaLabels.sanitised("_0"));
  }

  @Test
  void theLaterOfTwoKeysWins() {
    Pod pod = Pods.builder("uid", "a").label("a-b", "1").label("a.b", "2").build().orElseThrow();
    assertEquals("2", new MetaLabels().pod(pod).asMap().get("__meta_kubernetes_pod_label_a_b"));
  }
}
