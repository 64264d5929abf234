package io.nodeflame.discovery.kubernetes;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.URI;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ClusterAccessTest {
  private static URI server(Map<String, String> environment) {
    return ClusterAccess.ofServiceAccount(environment).orElseThrow().apiServer();
  }

  @Test
  void byTheEnvironmentOfAPod() {
    assertTrue(ClusterAccess.ofServiceAccount(Map.of()).isEmpty());
    assertEquals(
        URI.create("https://10.0.0.1:6443"),
        server(Map.of("KUBERNETES_SERVICE_HOST", "10.0.0.1", "KUBERNETES_SERVICE_PORT", "6443")));
    assertEquals(
        URI.create("https://[fd00::1]:443"), server(Map.of("KUBERNETES_SERVICE_HOST", "fd00::1")));
  }

  @Test
  void nodeNamesThatNoNodeHas() {
    ClusterAccess access = ClusterAccess.ofKubeconfig(Path.of("config"));
    for (String name : new String[] {"", "a b", "a&b=c", "A", "a".repeat(254), "a,b"}) {
      assertThrows(
          IllegalArgumentException.class,
          () -> new KubernetesSettings(access, name, key -> true),
          name);
    }
    assertEquals(
        "ip-10-0-0-1.eu.internal",
        new KubernetesSettings(access, "ip-10-0-0-1.eu.internal", key -> true).nodeName());
  }
}
