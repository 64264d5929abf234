package io.nodeflame.discovery.pod;

import java.util.Map;

/**
 * Estimates heap bytes as if no string were shared: an upper bound for text in Latin-1, on a JVM
 * with compressed references.
 */
final class Footprint {
  /** Of a pod: its record, its lists, maps and its entries in the index. */
  private static final int POD_BYTES = 640;

  /** Of a container: its record and up to two entries in the index. */
  private static final int CONTAINER_BYTES = 240;

  private static final int NAMESPACE_BYTES = 160;
  private static final int STRING_BYTES = 48;

  /** Two references in a table that is half full. */
  private static final int ENTRY_BYTES = 16;

  private Footprint() {}

  static int of(Pod pod) {
    int bytes = POD_BYTES + of(pod.labels()) + of(pod.annotations());
    bytes += of(pod.uid()) + of(pod.configHash()) + of(pod.namespace()) + of(pod.name());
    bytes += of(pod.nodeName()) + of(pod.podIp()) + of(pod.hostIp()) + of(pod.phase());
    bytes += of(pod.controller().apiVersion()) + of(pod.controller().kind());
    bytes += of(pod.controller().name());
    bytes += of(pod.workload().kind()) + of(pod.workload().name());
    for (PodContainer container : pod.containers()) {
      bytes += CONTAINER_BYTES + of(container.name()) + of(container.image());
      bytes += of(container.runtime()) + of(container.id()) + of(container.lastId());
    }
    return bytes;
  }

  static int of(NamespaceMeta namespace) {
    return NAMESPACE_BYTES
        + of(namespace.name())
        + of(namespace.labels())
        + of(namespace.annotations());
  }

  private static int of(Map<String, String> map) {
    int bytes = 0;
    for (Map.Entry<String, String> entry : map.entrySet()) {
      bytes += ENTRY_BYTES + of(entry.getKey()) + of(entry.getValue());
    }
    return bytes;
  }

  private static int of(String text) {
    return text.isEmpty() ? 0 : STRING_BYTES + text.length();
  }
}
