package io.nodeflame.collector.daemon;

import io.nodeflame.collector.config.NodeflameConfig;
import io.nodeflame.discovery.kubernetes.ClusterAccess;
import io.nodeflame.discovery.kubernetes.KubernetesSettings;
import io.nodeflame.discovery.kubernetes.KubernetesWatch;
import io.nodeflame.discovery.pod.NamespaceIndex;
import io.nodeflame.discovery.pod.PodIndex;
import io.nodeflame.discovery.pod.PodIndexLimits;
import io.nodeflame.discovery.target.PodTargets;
import io.nodeflame.discovery.target.TargetRules;
import java.io.IOException;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The pods of this node, and the watch that keeps them up to date. */
final class NodePods implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(NodePods.class);

  private final PodIndex index;
  private final NamespaceIndex namespaces;
  private final PodTargets targets;
  private final KubernetesWatch watch;

  private NodePods(
      PodIndex index, NamespaceIndex namespaces, PodTargets targets, KubernetesWatch watch) {
    this.index = index;
    this.namespaces = namespaces;
    this.targets = targets;
    this.watch = watch;
  }

  /** Starts to watch; empty, with a warning, when it is not known how the cluster is reached. */
  static Optional<NodePods> watch(
      NodeflameConfig config,
      TargetRules rules,
      Map<String, String> environment,
      Consumer<String> warnings) {
    Optional<ClusterAccess> access = ModuleSettings.clusterAccess(environment);
    if (access.isEmpty()) {
      LOG.warn(
          "nodeName is {}, but this is no pod (KUBERNETES_SERVICE_HOST is not set) and KUBECONFIG"
              + " names no file: pods have no labels",
          config.nodeName());
      return Optional.empty();
    }
    PodIndex index = new PodIndex(PodIndexLimits.DEFAULT, System::nanoTime, warnings);
    NamespaceIndex namespaces = new NamespaceIndex(NamespaceIndex.DEFAULT_MAX_BYTES);
    try {
      KubernetesWatch watch =
          KubernetesWatch.start(
              new KubernetesSettings(access.get(), config.nodeName(), key -> true),
              index,
              namespaces,
              warnings);
      PodTargets targets =
          new PodTargets(index, namespaces, rules, PodTargets.DEFAULT_PATIENCE, System::nanoTime);
      return Optional.of(new NodePods(index, namespaces, targets, watch));
    } catch (IOException e) {
      LOG.warn("The cluster cannot be reached, so pods have no labels: {}", e.getMessage());
      return Optional.empty();
    }
  }

  PodTargets targets() {
    return targets;
  }

  PodIndex.Stats podStats() {
    return index.stats();
  }

  NamespaceIndex.Stats namespaceStats() {
    return namespaces.stats();
  }

  KubernetesWatch watch() {
    return watch;
  }

  @Override
  public void close() {
    watch.close();
  }
}
