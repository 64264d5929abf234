package io.nodeflame.discovery.host;

import io.nodeflame.discovery.pod.Pod;
import io.nodeflame.discovery.pod.PodContainer;
import java.util.List;

/**
 * A pod, and the processes of this node that are in it.
 *
 * @param namespaceKnown whether the labels and annotations of its namespace are known
 * @param containers in the order of its spec
 * @param others processes in the pod's cgroup and in no container that the status names
 * @param leftOut processes that are not explained, because there are many
 */
public record PodReport(
    Pod pod,
    boolean namespaceKnown,
    List<Container> containers,
    List<Explanation> others,
    int leftOut) {
  /** A container and its processes. */
  public record Container(PodContainer container, List<Explanation> processes) {
    public Container {
      processes = List.copyOf(processes);
    }
  }

  public PodReport {
    containers = List.copyOf(containers);
    others = List.copyOf(others);
  }
}
