package io.nodeflame.discovery;

import io.nodeflame.discovery.relabel.Relabeling;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Which processes are wanted, and what every target is labelled with.
 *
 * @param nodeName the label {@code node}; empty when not in Kubernetes
 * @param otherProcesses whether processes outside of pods are kept
 * @param staticLabels labels of every target
 * @param relabeling applied to every target's labels, the meta labels among them
 */
public record DiscoverySettings(
    String nodeName,
    boolean otherProcesses,
    Map<String, String> staticLabels,
    PodSettings pods,
    Relabeling relabeling) {
  /** Leaves room for the labels of a pod. */
  public static final int MAX_STATIC_LABELS = 16;

  public static final DiscoverySettings DEFAULT =
      new DiscoverySettings("", true, Map.of(), PodSettings.ALL, Relabeling.NONE);

  /** Of a host without pods or rules. */
  public DiscoverySettings(
      String nodeName, boolean otherProcesses, Map<String, String> staticLabels) {
    this(nodeName, otherProcesses, staticLabels, PodSettings.ALL, Relabeling.NONE);
  }

  /**
   * Checks everything at once.
   *
   * @throws IllegalArgumentException listing every problem, one per line, each with its key
   */
  public DiscoverySettings {
    staticLabels = Map.copyOf(staticLabels);
    List<String> problems = problems(nodeName, staticLabels);
    if (!problems.isEmpty()) {
      throw new IllegalArgumentException(String.join("\n", problems));
    }
  }

  /** All that is wrong with a node's name and labels, each with its key; empty for good ones. */
  public static List<String> problems(String nodeName, Map<String, String> staticLabels) {
    List<String> problems = new ArrayList<>();
    if (!nodeName.isEmpty() && !LabelRules.problem(Labels.NODE, nodeName).isEmpty()) {
      problems.add("nodeName: " + LabelRules.problem(Labels.NODE, nodeName));
    }
    if (staticLabels.size() > MAX_STATIC_LABELS) {
      problems.add("labels.static: more than " + MAX_STATIC_LABELS + " labels");
    }
    new TreeMap<>(staticLabels)
        .forEach(
            (name, value) -> {
              String problem = LabelRules.problem(name, value);
              if (!problem.isEmpty()) {
                problems.add("labels.static: " + problem);
              }
            });
    if (staticLabels.containsKey(Labels.SERVICE_NAME)) {
      problems.add("labels.static: " + Labels.SERVICE_NAME + " is found for each process");
    }
    if (staticLabels.containsKey(Labels.NODE) && !nodeName.isEmpty()) {
      problems.add("labels.static: " + Labels.NODE + " is set by nodeName already");
    }
    return List.copyOf(problems);
  }
}
