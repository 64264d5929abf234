package io.nodeflame.discovery;

import io.nodeflame.discovery.pod.LabelSelector;
import java.util.List;
import java.util.Set;

/**
 * Which pods are wanted, and what of them becomes labels.
 *
 * @param includedNamespaces empty means all
 * @param excludedNamespaces wins over the included ones
 * @param podLabels keys of pod labels that become labels, with {@code _} for what a label's name
 *     may not hold
 */
public record PodSettings(
    Set<String> includedNamespaces,
    Set<String> excludedNamespaces,
    LabelSelector selector,
    AnnotationSettings annotations,
    List<String> podLabels) {
  /** Every pod, and no annotation counts. */
  public static final PodSettings ALL =
      new PodSettings(
          Set.of(), Set.of(), LabelSelector.EVERYTHING, AnnotationSettings.NONE, List.of());

  public PodSettings {
    includedNamespaces = Set.copyOf(includedNamespaces);
    excludedNamespaces = Set.copyOf(excludedNamespaces);
    podLabels = List.copyOf(podLabels);
  }

  public boolean isWanted(String namespace) {
    return !excludedNamespaces.contains(namespace)
        && (includedNamespaces.isEmpty() || includedNamespaces.contains(namespace));
  }
}
