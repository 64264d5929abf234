package io.nodeflame.discovery.kubernetes;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import io.nodeflame.discovery.pod.Controller;
import io.nodeflame.discovery.pod.Pod;
import io.nodeflame.discovery.pod.PodContainer;
import io.nodeflame.discovery.pod.Readiness;
import io.nodeflame.discovery.pod.SharedStrings;
import io.nodeflame.discovery.pod.Workload;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class PodReaderTest {
  private static final String WHOLE =
      """
      {"apiVersion":"v1","kind":"Pod","metadata":{
        "annotations":{"nodeflame.io/profile":"true","kubectl.kubernetes.io/last-applied-configuration":"{}"},
        "creationTimestamp":"2026-11-23T03:04:05Z","generateName":"web-6b7f-","name":"web-6b7f-x2x",
        "labels":{"app":"web","pod-template-hash":"6b7f"},
        "namespace":"shop","ownerReferences":[{"kind":"Thing","name":"t"},
        {"apiVersion":"apps/v1","blockOwnerDeletion":true,"controller":true,"kind":"ReplicaSet","name":"web-6b7f","uid":"u"}],
        "resourceVersion":"4711","uid":"0b0e0a3c-6d5b-4f8e-9d6a-111111111111"},
       "spec":{"affinity":{"x":[1,{"y":[]}]},"nodeName":"node-1",
        "initContainers":[{"image":"i:1","name":"init"},{"image":"p:1","name":"proxy","restartPolicy":"Always"}],
        "containers":[{"env":[{"name":"A","value":"B"}],"image":"web:2","name":"web","ports":[{"name":"http"}]}],
        "ephemeralContainers":[{"image":"busybox","name":"debug"}]},
       "status":{"conditions":[{"status":"True","type":"Initialized"},{"status":"False","type":"Ready"}],
        "containerStatuses":[{"containerID":"containerd://AAAA","image":"x","lastState":{"terminated":{"containerID":"containerd://BBBB","exitCode":1}},"name":"web"}],
        "initContainerStatuses":[{"containerID":"containerd://CCCC","lastState":{},"name":"init"},{"containerID":"docker://short","name":"proxy"}],
        "hostIP":"192.168.0.1","phase":"Running","podIP":"10.0.0.7","podIPs":[{"ip":"10.0.0.7"}]}}
      """
          .replace("AAAA", PodJson.id('a'))
          .replace("BBBB", PodJson.id('b'))
          .replace("CCCC", PodJson.id('c'));

  private final PodReader reader = new PodReader(new SharedStrings(64), key -> true);

  private WatchedPod read(byte[] json) throws IOException {
    try (JsonParser parser = new JsonFactory().createParser(json)) {
      parser.nextToken();
      return reader.deserialize(parser, null);
    }
  }

  @Test
  void everythingThatIsKept() throws IOException {
    WatchedPod watched = read(WHOLE.getBytes(StandardCharsets.UTF_8));
    assertEquals("4711", watched.getMetadata().getResourceVersion());
    Pod pod = watched.value().orElseThrow();
    assertEquals("0b0e0a3c-6d5b-4f8e-9d6a-111111111111", pod.uid());
    assertEquals("shop/web-6b7f-x2x", pod.namespace() + "/" + pod.name());
    assertEquals(
        "node-1 10.0.0.7 192.168.0.1", pod.nodeName() + " " + pod.podIp() + " " + pod.hostIp());
    assertEquals("Running", pod.phase());
    assertEquals(Readiness.FALSE, pod.readiness());
    assertEquals(Map.of("app", "web", "pod-template-hash", "6b7f"), pod.labels());
    assertEquals(Map.of("nodeflame.io/profile", "true"), pod.annotations());
    assertEquals(new Controller("apps/v1", "ReplicaSet", "web-6b7f"), pod.controller());
    assertEquals(new Workload("Deployment", "web"), pod.workload());
    assertEquals(Instant.parse("2026-11-23T03:04:05Z"), pod.createdAt());
    assertEquals(
        List.of(
            new PodContainer(
                "init", PodContainer.Kind.INIT, "i:1", "containerd", PodJson.id('c'), ""),
            new PodContainer("proxy", PodContainer.Kind.SIDECAR, "p:1", "", "", ""),
            new PodContainer(
                "web",
                PodContainer.Kind.APP,
                "web:2",
                "containerd",
                PodJson.id('a'),
                PodJson.id('b')),
            new PodContainer("debug", PodContainer.Kind.EPHEMERAL, "busybox", "", "", "")),
        pod.containers());
  }

  /** A pod of any kind, no pod, or an exception that a broken document has: nothing else. */
  @Test
  void mutatedDocuments() {
    byte[] whole = WHOLE.getBytes(StandardCharsets.UTF_8);
    Random random = new Random(11);
    byte[] letters = "{}[]\",:0truefalsn\\u\0\n".getBytes(StandardCharsets.US_ASCII);
    int pods = 0;
    int broken = 0;
    int changed = 0;
    for (int round = 0; round < 20_000; round++) {
      byte[] mutated = whole.clone();
      for (int edits = 1 + random.nextInt(4); edits > 0; edits--) {
        mutated[random.nextInt(mutated.length)] = letters[random.nextInt(letters.length)];
      }
      try {
        Pod pod = read(mutated).value().orElse(null);
        if (pod != null) {
          pods++;
          changed += pod.containers().size() == 4 ? 0 : 1;
          String ids =
              pod.containers().stream().map(c -> c.id() + c.lastId()).collect(Collectors.joining());
          assertEquals(0, ids.length() % 64);
          assertTrue(pod.name().length() <= 253);
        }
      } catch (IOException e) {
        broken++;
      }
    }
    assertNotEquals(0, pods);
    assertNotEquals(0, changed);
    assertNotEquals(0, broken);
  }

  @Test
  void anythingButAPod() throws IOException {
    for (String json : List.of("[]", "{}", "7", "\"x\"", "null", "{\"metadata\":[[{}]]}")) {
      assertTrue(read(json.getBytes(StandardCharsets.UTF_8)).value().isEmpty(), json);
    }
  }
}
