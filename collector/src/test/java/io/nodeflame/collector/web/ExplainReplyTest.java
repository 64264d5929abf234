package io.nodeflame.collector.web;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import io.nodeflame.discovery.host.Explanation;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ExplainReplyTest {
  @TempDir Path proc;
  private ExplainedNode node;

  @BeforeEach
  void start() throws Exception {
    node = new ExplainedNode(proc, "");
  }

  @AfterEach
  void end() {
    node.close();
  }

  private HttpResponse<String> get(String query) throws Exception {
    return HttpClient.newHttpClient()
        .send(
            HttpRequest.newBuilder(URI.create(node.url() + "/api/v1/explain?" + query)).build(),
            HttpResponse.BodyHandlers.ofString());
  }

  private String ok(String query) throws Exception {
    HttpResponse<String> response = get(query);
    assertEquals(200, response.statusCode(), response.body());
    return response.body();
  }

  @Test
  void aProcessAsText() throws Exception {
    assertEquals(
        """
        process    7, executable web, command name main, started 7.00 s after boot
        cgroup     /kubepods/besteffort/pod%1$s/%2$s (cgroup v2)
        container  %2$s, of the pod %1$s
        pod        shop/web-0, container main
        workload   StatefulSet web
        namespace  labels and annotations are not known
        runtime    HotSpot 17
        stacks     by its tables
        names      its memory
        names      files
        missing    a perf-map of _[31mno use
        frequency  19 samples per second and CPU; its pod asks for 99, but kernel.perf_event_max_sample_rate is 50
        labels before relabelling
          container      main
          namespace      shop
          node           n1
          pod            web-0
          service_name   web
          workload_kind  StatefulSet
          workload_name  web
          __meta_kubernetes_namespace               shop
          __meta_kubernetes_pod_annotation_example_org_motto  a_[31mb
          __meta_kubernetes_pod_annotation_nodeflame_io_frequency  99
          __meta_kubernetes_pod_annotationpresent_example_org_motto  true
          __meta_kubernetes_pod_annotationpresent_nodeflame_io_frequency  true
          __meta_kubernetes_pod_container_id        containerd://%2$s
          __meta_kubernetes_pod_container_image     web:1
          __meta_kubernetes_pod_container_init      false
          __meta_kubernetes_pod_container_name      main
          __meta_kubernetes_pod_controller_kind     StatefulSet
          __meta_kubernetes_pod_controller_name     web
          __meta_kubernetes_pod_name                web-0
          __meta_kubernetes_pod_node_name           n1
          __meta_kubernetes_pod_phase               Running
          __meta_kubernetes_pod_ready               unknown
          __meta_kubernetes_pod_uid                 %1$s
          __meta_process_comm                       main
          __meta_process_executable                 web
        rule 0, replace
          shard: nothing -> 'web'
        rule 1, drop: changes nothing
        result     delivered with these labels
          container      main
          namespace      shop
          node           n1
          pod            web-0
          service_name   web
          shard          web
          workload_kind  StatefulSet
          workload_name  web
        """
            .formatted(ExplainedNode.UID, ExplainedNode.ID),
        ok("pid=7&format=text"));
  }

  @Test
  void theFrequencyIsTold() throws Exception {
    String unit = ok("pid=9&format=text");
    assertTrue(unit.contains("frequency  19 samples per second and CPU\n"), unit);
    String json = ok("pid=7");
    assertTrue(
        json.contains(
            "\"frequencyHz\":19,\"askedFrequencyHz\":99,"
                + "\"frequencyLimit\":\"kernel.perf_event_max_sample_rate is 50\""),
        json);
    assertEquals("", ExplainWords.frequency(new Explanation.Frequency(0, 0, "")));
    assertEquals(
        "99 samples per second and CPU, as its pod asks",
        ExplainWords.frequency(new Explanation.Frequency(99, 99, "")));
    assertEquals(
        "19 samples per second and CPU; its pod asks for 10, but no pod gets fewer than the others",
        ExplainWords.frequency(new Explanation.Frequency(19, 10, "")));
    assertEquals(
        "19 samples per second and CPU; its pod asks for 99, which begins with its next sample",
        ExplainWords.frequency(new Explanation.Frequency(19, 99, "")));
  }

  @Test
  void whatRunsThereIsTold() throws Exception {
    String json = ok("pid=7");
    assertTrue(
        json.contains(
            "\"code\":{\"runtime\":\"HotSpot 17\",\"stacks\":\"by its tables\","
                + "\"names\":[\"its memory\",\"files\"],\"missing\":["),
        json);
    assertFalse(ok("pid=9").contains("\"code\""));
    assertFalse(ok("pid=9&format=text").contains("\nruntime"));
  }

  @Test
  void theRuleThatDropsIsNamed() throws Exception {
    String text = ok("pid=9&format=text");
    assertTrue(text.contains("cgroup     /system.slice/proxy.service (cgroup v2)\n"), text);
    assertTrue(text.contains("container  none\n"), text);
    assertTrue(text.contains("rule 1, drop: drops it\n"), text);
    assertTrue(
        text.endsWith("result     excluded: targets.relabelConfigs[1], action drop\n"), text);
    String json = ok("pid=9");
    assertTrue(json.contains("\"result\":\"excluded\",\"reason\":\"relabel_rule\"}"), json);
    assertTrue(json.contains("\"excludedBy\":\"targets.relabelConfigs[1], action drop\""), json);
    assertFalse(json.contains("\"labels\""), json);
  }

  @Test
  void aPodWithAllItsProcesses() throws Exception {
    String text = ok("pod=shop/web-0&format=text");
    assertTrue(text.startsWith("pod        shop/web-0, Running, uid " + ExplainedNode.UID), text);
    assertTrue(
        text.contains("\ncontainer  main (app), image web:1, containerd://" + ExplainedNode.ID),
        text);
    assertTrue(text.contains("\nprocess    7, executable web,"), text);
    assertTrue(
        text.contains(
            """
            container  proxy (sidecar), image proxy:1, no id in the pod's status yet
            processes  none found in it
            """),
        text);
    assertTrue(
        text.contains("\nIn the pod's cgroup, and in no container of its status:\n\nprocess    8,"),
        text);
    assertTrue(
        text.endsWith(
            "result     its samples are held for a minute, since the status may name the"
                + " container later, and go without a container then: the pod's own sandbox"
                + " (pause) is never named\n"),
        text);
  }

  @ParameterizedTest
  @ValueSource(strings = {"pid=7", "pid=8", "pid=9", "pod=shop/web-0", "pod=shop%2Fweb-0"})
  void jsonIsWellFormedAndBalanced(String query) throws Exception {
    int fields = 0;
    try (JsonParser parser = new JsonFactory().createParser(ok(query))) {
      while (parser.nextToken() != null) {
        fields += parser.currentName() == null ? 0 : 1;
      }
    }
    assertTrue(fields > 20, fields + " fields");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "pid=0",
        "pid=-1",
        "pid=x",
        "pid=99999999999",
        "pid=7&pod=a/b",
        "pod=a",
        "pod=/a",
        "pod=a/",
        "pod=a/b/c",
        "pid=7&format=xml",
        "pid=7&colour=red"
      })
  void nonsenseIsRefused(String query) throws Exception {
    assertEquals(400, get(query).statusCode());
  }

  @Test
  void whatIsNotThereIsNotFound() throws Exception {
    assertEquals(404, get("pid=12345").statusCode());
    assertEquals(404, get("pod=shop/web-1").statusCode());
  }

  @Test
  void aTokenGuardsIt() throws Exception {
    node.close();
    node = new ExplainedNode(proc.resolve("other"), "secret");
    assertEquals(401, get("pid=7").statusCode());
  }
}
