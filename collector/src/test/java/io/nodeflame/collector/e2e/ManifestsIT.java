package io.nodeflame.collector.e2e;

import static io.nodeflame.collector.e2e.Objects.at;
import static io.nodeflame.collector.e2e.Objects.list;
import static io.nodeflame.collector.e2e.Objects.map;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nodeflame.collector.config.ConfigLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What the overlays and the chart render to. Needs kubectl and helm, no cluster. */
class ManifestsIT {
  private static final Path CHART = Tools.DEPLOY.resolve("helm/nodeflame");
  private static final Set<String> DOCUMENTED_CAPABILITIES =
      Set.of("BPF", "PERFMON", "SYS_PTRACE", "DAC_READ_SEARCH", "SYSLOG", "CHECKPOINT_RESTORE");

  @ParameterizedTest
  @ValueSource(strings = {"default", "privileged", "kind"})
  void everyOverlayGrantsReadingPodsAndNamespacesAndNothingMore(String overlay) throws Exception {
    SortedMap<String, Map<String, Object>> objects = overlay(overlay);
    assertEquals(
        Set.of(
            "ClusterRole/nodeflame",
            "ClusterRoleBinding/nodeflame",
            "ConfigMap/nodeflame",
            "DaemonSet/nodeflame",
            "Namespace/nodeflame",
            "NetworkPolicy/nodeflame",
            "ResourceQuota/nodeflame",
            "ServiceAccount/nodeflame"),
        objects.keySet());
    assertEquals(
        List.of(
            Map.of(
                "apiGroups", List.of(""),
                "resources", List.of("pods", "namespaces"),
                "verbs", List.of("get", "list", "watch"))),
        at(objects.get("ClusterRole/nodeflame"), "rules"));
    Map<String, Object> pod = pod(objects);
    assertEquals(true, pod.get("hostPID"));
    assertFalse(pod.containsKey("hostNetwork"), "no port of the node");
    assertFalse(pod.containsKey("hostIPC"));
    assertEquals(
        Map.of("maxUnavailable", 1, "maxSurge", 0),
        at(objects.get("DaemonSet/nodeflame"), "spec", "updateStrategy", "rollingUpdate"));
    assertEquals(List.of(Map.of("operator", "Exists")), pod.get("tolerations"));
    Map<String, Object> limits = map(at(container(objects), "resources", "limits"));
    assertEquals(Set.of("memory"), limits.keySet(), "a CPU limit would lose samples");
  }

  @ParameterizedTest
  @ValueSource(strings = {"default", "privileged", "kind"})
  void nothingOfTheHostCanBeWritten(String overlay) throws Exception {
    SortedMap<String, Map<String, Object>> objects = overlay(overlay);
    Set<String> hostPaths = new TreeSet<>();
    for (Object volume : list(pod(objects).get("volumes"))) {
      if (map(volume).containsKey("hostPath")) {
        hostPaths.add((String) map(volume).get("name"));
      }
    }
    assertEquals(Set.of("cgroup"), hostPaths);
    for (Object mount : list(container(objects).get("volumeMounts"))) {
      if (hostPaths.contains(map(mount).get("name"))) {
        assertEquals(true, map(mount).get("readOnly"), mount::toString);
      }
    }
    assertEquals(true, at(container(objects), "securityContext", "readOnlyRootFilesystem"));
  }

  @Test
  void theDefaultHasTheDocumentedCapabilitiesAndIsNotPrivileged() throws Exception {
    Map<String, Object> rights = map(at(container(overlay("default")), "securityContext"));
    assertEquals(false, rights.get("allowPrivilegeEscalation"));
    assertFalse(rights.containsKey("privileged"));
    assertEquals(List.of("ALL"), at(rights, "capabilities", "drop"));
    List<Object> added = list(at(rights, "capabilities", "add"));
    assertEquals(DOCUMENTED_CAPABILITIES, Set.copyOf(added));
    String reasons = Files.readString(Tools.DEPLOY.resolve("README.md"));
    for (Object capability : added) {
      assertTrue(reasons.contains("| `" + capability + "` |"), capability + " has no reason");
    }
    Map<String, Object> privileged = map(at(container(overlay("privileged")), "securityContext"));
    assertEquals(true, privileged.get("privileged"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"default", "kind"})
  void theDaemonTakesTheConfiguration(String overlay) throws Exception {
    String yaml = configuration(overlay(overlay));
    var loaded = ConfigLoader.load(yaml, Map.of("NODE_NAME", "a-node"));
    assertEquals("a-node", loaded.config().nodeName());
    assertEquals(List.of(), loaded.warnings());
    assertEquals(1, yaml.lines().filter(line -> line.contains("url: http")).count());
  }

  @Test
  void theChartRendersTheDefaultOverlay() throws Exception {
    SortedMap<String, Map<String, Object>> chart = chart();
    SortedMap<String, Map<String, Object>> overlay = overlay("default");
    assertEquals(overlay.keySet(), chart.keySet());
    for (String name : overlay.keySet()) {
      assertEquals(Objects.meaning(overlay.get(name)), Objects.meaning(chart.get(name)), name);
    }
  }

  @Test
  void theChartRendersThePrivilegedOverlay() throws Exception {
    assertEquals(
        Objects.meaning(overlay("privileged").get("DaemonSet/nodeflame")),
        Objects.meaning(chart("--set", "privileged=true").get("DaemonSet/nodeflame")));
  }

  @Test
  void theChartsSettingsReachTheObjects() throws Exception {
    SortedMap<String, Map<String, Object>> objects =
        chart(
            "--namespace=elsewhere",
            "--set=namespace.create=false,namespace.name=,priorityClassName=,podMonitor.create=true",
            "--set=networkPolicy.create=false,image.repository=registry/nf,image.tag=v2",
            "--set=pyroscopeUrl=https://p.example:443/x,config.sampling.frequencyHz=97",
            "--set=seLinuxType=spc_t,seccompProfile=Unconfined");
    assertEquals(
        Set.of(
            "ClusterRole/nodeflame",
            "ClusterRoleBinding/nodeflame",
            "ConfigMap/nodeflame",
            "DaemonSet/nodeflame",
            "PodMonitor/nodeflame",
            "ServiceAccount/nodeflame"),
        objects.keySet());
    assertEquals("elsewhere", at(objects.get("DaemonSet/nodeflame"), "metadata", "namespace"));
    assertEquals("registry/nf:v2", container(objects).get("image"));
    assertEquals("spc_t", at(container(objects), "securityContext", "seLinuxOptions", "type"));
    var config = ConfigLoader.load(configuration(objects), Map.of()).config();
    assertEquals(97, config.sampling().frequencyHz());
    assertEquals("https://p.example:443/x", config.pyroscope().get(0).url().toString());
  }

  @ParameterizedTest
  @CsvSource({
    "/pyroscopeUrl, pyroscopeUrl=pyroscope:4040",
    "/config/sampling/frequencyHz, config.sampling.frequencyHz=0",
    "/config, config.unknown=1",
    "'', unknown=1",
    "/capabilities/0, capabilities={CAP_BPF}",
    "/seccompProfile, seccompProfile=runtime/default",
    "/dataSizeLimit, dataSizeLimit=much",
    "/config/server/listen, config.server.listen=:80",
    "/image/pullPolicy, image.pullPolicy=Sometimes",
  })
  void theChartRefusesBadValues(String where, String setting) throws Exception {
    Shell.Result result = Tools.helm("template", "nodeflame", CHART.toString(), "--set=" + setting);
    assertNotEquals(0, result.exitCode(), setting);
    assertTrue(result.err().contains("\n- at '" + where + "': "), result::toString);
  }

  @Test
  void everyValueOfTheChartIsInItsSchema() throws Exception {
    Map<String, Object> values = map(Objects.read(Files.readString(CHART.resolve("values.yaml"))));
    Map<String, Object> schema =
        map(at(Objects.read(Files.readString(CHART.resolve("values.schema.json"))), "properties"));
    Set<String> inSchema = new TreeSet<>(schema.keySet());
    inSchema.remove("global");
    assertEquals(inSchema, new TreeSet<>(values.keySet()));
    Tools.helm("lint", "--strict", CHART.toString()).succeeded();
  }

  private static SortedMap<String, Map<String, Object>> overlay(String name) throws Exception {
    return Objects.byName(Tools.kustomize(Tools.DEPLOY.resolve("overlays").resolve(name)));
  }

  private static SortedMap<String, Map<String, Object>> chart(String... settings) throws Exception {
    List<String> arguments = new ArrayList<>(List.of("template", "nodeflame", CHART.toString()));
    arguments.addAll(List.of(settings));
    return Objects.byName(Tools.helm(arguments.toArray(String[]::new)).succeeded());
  }

  private static Map<String, Object> pod(Map<String, Map<String, Object>> objects) {
    return map(at(objects.get("DaemonSet/nodeflame"), "spec", "template", "spec"));
  }

  private static Map<String, Object> container(Map<String, Map<String, Object>> objects) {
    return map(at(pod(objects), "containers", 0));
  }

  private static String configuration(Map<String, Map<String, Object>> objects) {
    return (String) at(objects.get("ConfigMap/nodeflame"), "data", "nodeflame.yaml");
  }
}
