package io.nodeflame.discovery.target;

import io.nodeflame.discovery.pod.Pod;
import java.util.Map;

/** The name that a pod's service goes by. */
final class ServiceName {
  private static final String[] LABELS = {"app.kubernetes.io/name", "app"};

  private ServiceName() {}

  /**
   * First that is set: the annotation, what the process publishes, the label {@code
   * app.kubernetes.io/name}, the label {@code app}, the workload's name, the container's name.
   *
   * @param published by the process, or empty
   * @param container the container's name, or empty
   */
  static String of(Pod pod, PodAnnotations annotations, String published, String container) {
    if (!annotations.serviceName().isEmpty()) {
      return annotations.serviceName();
    }
    if (!published.isEmpty()) {
      return published;
    }
    Map<String, String> labels = pod.labels();
    for (String key : LABELS) {
      String value = labels.getOrDefault(key, "");
      if (!value.isEmpty()) {
        return value;
      }
    }
    return pod.workload().name().isEmpty() ? container : pod.workload().name();
  }
}
