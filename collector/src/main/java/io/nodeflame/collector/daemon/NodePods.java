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
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Predicate;
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
    Optional<ClusterAccess> access = access(environment);
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
              new KubernetesSettings(access.get(), config.nodeName(), wantedAnnotations(config)),
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

  /** Without relabel rules nothing else looks at annotations, which may be large. */
  private static Predicate<String> wantedAnnotations(NodeflameConfig config) {
    String prefix = config.targets().annotations().prefix() + "/";
    boolean all = !config.targets().relabelConfigs().isEmpty();
    return key -> all || key.startsWith(prefix);
  }

  /** A file that the environment names goes before the ServiceAccount. */
  private static Optional<ClusterAccess> access(Map<String, String> environment) {
    String kubeconfig = environment.getOrDefault("KUBECONFIG", "");
    return kubeconfig.isEmpty()
        ? ClusterAccess.ofServiceAccount(environment)
        : Optional.of(ClusterAccess.ofKubeconfig(Path.of(kubeconfig)));
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
