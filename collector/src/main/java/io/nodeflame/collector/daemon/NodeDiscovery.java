package io.nodeflame.collector.daemon;

import io.nodeflame.collector.config.NodeflameConfig;
import io.nodeflame.discovery.CgroupFrequencies;
import io.nodeflame.discovery.TargetResolver;
import io.nodeflame.discovery.cgroup.CgroupHierarchy;
import io.nodeflame.discovery.cgroup.CgroupTree;
import io.nodeflame.discovery.host.Explainer;
import io.nodeflame.discovery.host.HostTargetResolver;
import io.nodeflame.discovery.host.PublishedNames;
import io.nodeflame.discovery.target.PodTargets;
import io.nodeflame.discovery.target.TargetRules;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Discovery of this node: the host's processes and, in Kubernetes, the pods. Owns what watches the
 * cluster; on a plain host nothing of Kubernetes is loaded.
 */
final class NodeDiscovery implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(NodeDiscovery.class);
  private static final Path PROC = Path.of("/proc");

  private final SaidOnce problems;
  private final Optional<NodePods> pods;
  private final HostTargetResolver resolver;
  private final Explainer explainer;

  private NodeDiscovery(
      SaidOnce problems,
      Optional<NodePods> pods,
      HostTargetResolver resolver,
      Explainer explainer) {
    this.problems = problems;
    this.pods = pods;
    this.resolver = resolver;
    this.explainer = explainer;
  }

  /**
   * Starts to watch the cluster where the configuration names a node. That the cluster cannot be
   * reached is no failure: it is said, and pods stay without labels meanwhile.
   *
   * @param environment tells how the API server is reached
   * @param frequencies what samples pods more often that ask for it
   * @param published asks processes for what is explained to people
   */
  static NodeDiscovery start(
      NodeflameConfig config,
      CgroupHierarchy hierarchy,
      Map<String, String> environment,
      CgroupFrequencies frequencies,
      PublishedNames published) {
    SaidOnce problems = new SaidOnce(LOG::warn);
    TargetRules rules = new TargetRules(ModuleSettings.discovery(config), problems);
    if (ModuleSettings.lacksNodeName(config, environment)) {
      LOG.warn(
          "nodeName is empty (variable NODE_NAME), and this is a pod: no pod is known, so theirs are"
              + " profiled without their labels, whatever namespaces and annotations say");
    }
    Optional<NodePods> pods =
        config.nodeName().isEmpty()
            ? Optional.empty()
            : NodePods.watch(config, rules, environment, problems);
    @Nullable PodTargets targets = pods.map(NodePods::targets).orElse(null);
    HostTargetResolver resolver =
        new HostTargetResolver(
            rules,
            targets,
            PROC,
            new CgroupTree(hierarchy, CgroupTree.Limits.DEFAULT, System::nanoTime),
            HostTargetResolver.DEFAULT_MAX_PROCESSES,
            System::nanoTime,
            frequencies);
    Explainer explainer =
        new Explainer(resolver::rules, targets, PROC, hierarchy, frequencies, published);
    return new NodeDiscovery(problems, pods, resolver, explainer);
  }

  /** For the sampling thread alone. */
  TargetResolver resolver() {
    return resolver;
  }

  /** For any thread. */
  Explainer explainer() {
    return explainer;
  }

  /** What is known of pods; empty outside of Kubernetes. */
  Optional<NodePods> pods() {
    return pods;
  }

  /**
   * Empty once the API server has told of this node's pods, or where there are none to tell of;
   * else what is in the way. It stays empty, whatever becomes of the server later.
   */
  String notYetListed() {
    if (pods.isEmpty() || pods.get().watch().pods().synced()) {
      return "";
    }
    String problem = pods.get().watch().pods().problem();
    return "the API server has not told of this node's pods yet"
        + (problem.isEmpty() ? "" : ": " + problem);
  }

  /** Annotations without effect, and labels left out. */
  long problemCount() {
    return problems.count();
  }

  /** Targets and labels are resolved by this configuration from now on. */
  void use(NodeflameConfig changed) {
    resolver.use(new TargetRules(ModuleSettings.discovery(changed), problems));
  }

  @Override
  public void close() {
    pods.ifPresent(NodePods::close);
  }
}
