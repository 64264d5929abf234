package io.nodeflame.discovery;

/**
 * What samples are delivered as: processes with equal labels share one target.
 *
 * <p>While any process of it is cached, a target stays the same object, so that caches may compare
 * by identity first.
 *
 * @param labels with at least {@code service_name}
 */
public record Target(Labels labels) implements Resolution {
  public Target {
    if (labels.value(Labels.SERVICE_NAME).isEmpty()) {
      throw new IllegalArgumentException("target without " + Labels.SERVICE_NAME);
    }
  }

  public String serviceName() {
    return labels.value(Labels.SERVICE_NAME);
  }
}
