package io.nodeflame.discovery.pod;

import java.util.Map;

/** What is kept of a namespace; the maps are bounded by {@link MetaEntries} and unmodifiable. */
public record NamespaceMeta(
    String name, Map<String, String> labels, Map<String, String> annotations) {
  public NamespaceMeta {
    labels = Map.copyOf(labels);
    annotations = Map.copyOf(annotations);
  }
}
