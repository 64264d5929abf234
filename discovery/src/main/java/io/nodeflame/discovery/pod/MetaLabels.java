package io.nodeflame.discovery.pod;

import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Gathers the meta labels of one target, named as Prometheus' {@code kubernetes_sd_config} names
 * them for {@code role: pod}, so that its relabel rules work unchanged. Where two keys become one
 * name, the later in the order of keys wins; a label without a value counts as absent, and is left
 * out.
 */
public final class MetaLabels {
  private static final String PREFIX = "__meta_kubernetes_";
  private static final String POD = PREFIX + "pod_";
  private static final String NAMESPACE = PREFIX + "namespace";
  private static final String PROCESS = "__meta_process_";
  private static final String TRUE = "true";

  private final TreeMap<String, String> labels = new TreeMap<>();

  /** Everything of a pod but its containers. */
  public MetaLabels pod(Pod pod) {
    put(NAMESPACE, pod.namespace());
    put(POD + "name", pod.name());
    put(POD + "ip", pod.podIp());
    put(POD + "ready", pod.readiness().label());
    put(POD + "phase", pod.phase());
    put(POD + "node_name", pod.nodeName());
    put(POD + "host_ip", pod.hostIp());
    put(POD + "uid", pod.uid());
    put(POD + "controller_kind", pod.controller().kind());
    put(POD + "controller_name", pod.controller().name());
    putAll(POD + "label", pod.labels());
    putAll(POD + "annotation", pod.annotations());
    return this;
  }

  public MetaLabels container(PodContainer container) {
    put(POD + "container_name", container.name());
    put(POD + "container_image", container.image());
    put(POD + "container_init", Boolean.toString(container.kind().isInit()));
    if (!container.id().isEmpty()) {
      put(POD + "container_id", container.runtime() + "://" + container.id());
    }
    return this;
  }

  public MetaLabels namespace(NamespaceMeta namespace) {
    put(NAMESPACE, namespace.name());
    putAll(NAMESPACE + "_label", namespace.labels());
    putAll(NAMESPACE + "_annotation", namespace.annotations());
    return this;
  }

  /**
   * A fact of the process, as {@code __meta_process_NAME}.
   *
   * @param name such as {@code executable} or {@code comm}
   */
  public MetaLabels process(String name, String value) {
    put(PROCESS + sanitised(name), value);
    return this;
  }

  /** A copy, sorted by name. */
  public SortedMap<String, String> asMap() {
    return new TreeMap<>(labels);
  }

  /** Everything that is not a letter of ASCII, a digit or an underscore becomes an underscore. */
  static String sanitised(String key) {
    StringBuilder name = new StringBuilder(key.length());
    for (int i = 0; i < key.length(); ) {
      int c = key.codePointAt(i);
      boolean allowed =
          (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
      name.append(allowed ? (char) c : '_');
      i += Character.charCount(c);
    }
    return name.toString();
  }

  private void putAll(String prefix, Map<String, String> entries) {
    new TreeMap<>(entries)
        .forEach(
            (key, value) -> {
              String name = sanitised(key);
              put(prefix + "_" + name, value);
              put(prefix + "present_" + name, TRUE);
            });
  }

  private void put(String name, String value) {
    if (value.isEmpty()) {
      labels.remove(name);
    } else {
      labels.put(name, value);
    }
  }
}
