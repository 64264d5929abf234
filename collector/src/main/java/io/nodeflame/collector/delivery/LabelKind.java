package io.nodeflame.collector.delivery;

import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/** Labels that a series can do without, in the order in which they are dropped. */
enum LabelKind {
  /** Every label that has no place of its own here: labels of the pod, and those that rules add. */
  EXTRA(84),
  SERVICE_VERSION(88),
  POD(96),
  CONTAINER(100);

  /** Without them profiles of different services or nodes would be mixed. */
  private static final Set<String> ALWAYS_KEPT =
      Set.of("service_name", "namespace", "node", "workload_kind", "workload_name");

  private final int placesPercent;

  LabelKind(int placesPercent) {
    this.placesPercent = placesPercent;
  }

  /**
   * How much of the bound may be taken for a series that begins without this kind and those before
   * to find a place.
   */
  int placesPercent() {
    return placesPercent;
  }

  /** The kind of a label; empty for one that is never dropped. */
  static Optional<LabelKind> of(String name) {
    if (ALWAYS_KEPT.contains(name)) {
      return Optional.empty();
    }
    for (LabelKind kind : values()) {
      if (kind.label().equals(name)) {
        return Optional.of(kind);
      }
    }
    return Optional.of(EXTRA);
  }

  /** Lower-case word for metrics and logs: the label's name, or {@code extra}. */
  String label() {
    return name().toLowerCase(Locale.ROOT);
  }
}
