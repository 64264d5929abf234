package io.nodeflame.discovery.kubernetes;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.nodeflame.discovery.pod.PodIndex;
import java.net.URL;
import java.net.URLClassLoader;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** On a plain host nothing of Fabric8 is loaded: here it could not be. */
class LoadedClassesTest {
  @Test
  void onlyTheWatchNeedsFabric8() throws Exception {
    URL classes = PodIndex.class.getProtectionDomain().getCodeSource().getLocation();
    try (URLClassLoader alone =
        new URLClassLoader(new URL[] {classes}, ClassLoader.getPlatformClassLoader())) {
      for (String name :
          new String[] {
            "pod.PodIndex",
            "pod.PodBuilder",
            "pod.MetaLabels",
            "pod.NamespaceIndex",
            "kubernetes.ClusterAccess",
            "kubernetes.KubernetesSettings",
            "kubernetes.WatchState"
          }) {
        Class<?> type = Class.forName("io.nodeflame.discovery." + name, true, alone);
        assertNotEquals(0, type.getDeclaredMethods().length, name);
      }
      Class<?> access =
          Class.forName("io.nodeflame.discovery.kubernetes.ClusterAccess", true, alone);
      assertEquals(
          Optional.empty(), access.getMethod("ofServiceAccount", Map.class).invoke(null, Map.of()));
    }
  }

  @Test
  void theWatchDoes() throws Exception {
    URL classes = PodIndex.class.getProtectionDomain().getCodeSource().getLocation();
    try (URLClassLoader alone =
        new URLClassLoader(new URL[] {classes}, ClassLoader.getPlatformClassLoader())) {
      assertThrows(
          NoClassDefFoundError.class,
          () -> Class.forName("io.nodeflame.discovery.kubernetes.NarrowClient", true, alone));
    }
  }
}
