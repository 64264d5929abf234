package io.nodeflame.collector.daemon;

import io.nodeflame.bpf.CgroupController;
import io.nodeflame.bpf.SamplerSettings;
import io.nodeflame.bpf.SamplingEvent;
import io.nodeflame.collector.collection.CollectionSettings;
import io.nodeflame.collector.collection.ThreadSettings;
import io.nodeflame.collector.config.NodeflameConfig;
import io.nodeflame.collector.config.RelabelConfig;
import io.nodeflame.collector.config.SamplingConfig;
import io.nodeflame.collector.config.SymbolsConfig;
import io.nodeflame.collector.config.TargetsConfig;
import io.nodeflame.discovery.AnnotationSettings;
import io.nodeflame.discovery.DiscoverySettings;
import io.nodeflame.discovery.PodSettings;
import io.nodeflame.discovery.cgroup.CgroupHierarchy;
import io.nodeflame.discovery.kubernetes.ClusterAccess;
import io.nodeflame.discovery.pod.LabelSelector;
import io.nodeflame.discovery.relabel.Relabeling;
import io.nodeflame.symbolizer.demangle.Style;
import io.nodeflame.symbolizer.host.SymbolizerSettings;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Turns the configuration into the settings of each module. */
public final class ModuleSettings {
  private ModuleSettings() {}

  /** The sampler reads cgroup ids in the hierarchy that discovery scans. */
  public static SamplerSettings sampler(SamplingConfig config, CgroupHierarchy hierarchy) {
    return new SamplerSettings(
        config.event() == SamplingConfig.Event.CYCLES
            ? SamplingEvent.CYCLES
            : SamplingEvent.CPU_CLOCK,
        config.frequencyHz(),
        config.maxStackDepth(),
        config.kernelStacks(),
        CgroupController.named(hierarchy.controllerName()).orElse(CgroupController.UNIFIED));
  }

  public static CollectionSettings collection(SamplingConfig config) {
    ThreadSettings.By by =
        switch (config.threads()) {
          case NONE -> ThreadSettings.By.NOTHING;
          case KIND -> ThreadSettings.By.KIND;
          case NAME -> ThreadSettings.By.NAME;
        };
    return new CollectionSettings(
        config.window(),
        1_000_000_000L / config.frequencyHz(),
        Clock.systemUTC(),
        new ThreadSettings(by, config.threadsAs() == SamplingConfig.ThreadsAs.LABEL));
  }

  public static DiscoverySettings discovery(NodeflameConfig config) {
    TargetsConfig targets = config.targets();
    return new DiscoverySettings(
        config.nodeName(),
        targets.otherProcesses(),
        config.labels().fixed(),
        new PodSettings(
            Set.copyOf(targets.namespaces().include()),
            Set.copyOf(targets.namespaces().exclude()),
            LabelSelector.parse(targets.podSelector()).orElseThrow(),
            annotations(targets.annotations()),
            config.labels().podLabels()),
        Relabeling.of(targets.relabelConfigs().stream().map(RelabelConfig::rule).toList()));
  }

  private static AnnotationSettings annotations(TargetsConfig.Annotations config) {
    return config.enabled()
        ? new AnnotationSettings(config.prefix(), config.maxFrequencyHz())
        : AnnotationSettings.NONE;
  }

  /** Whether this is a pod of a cluster whose node is not named: then no pod is known. */
  public static boolean lacksNodeName(NodeflameConfig config, Map<String, String> environment) {
    return config.nodeName().isEmpty() && ClusterAccess.ofServiceAccount(environment).isPresent();
  }

  /**
   * How the cluster is reached, empty when the environment does not tell: a file that {@code
   * KUBECONFIG} names goes before the pod's ServiceAccount.
   */
  public static Optional<ClusterAccess> clusterAccess(Map<String, String> environment) {
    String kubeconfig = environment.getOrDefault("KUBECONFIG", "");
    return kubeconfig.isEmpty()
        ? ClusterAccess.ofServiceAccount(environment)
        : Optional.of(ClusterAccess.ofKubeconfig(Path.of(kubeconfig)));
  }

  public static SymbolizerSettings symbolizer(SymbolsConfig config) {
    return new SymbolizerSettings(
        config.cacheDir(),
        config.cacheSizeBytes(),
        config.debugDirs().stream().map(Path::toString).toList(),
        style(config.demangle()));
  }

  private static Style style(SymbolsConfig.Demangle demangle) {
    return switch (demangle) {
      case NONE -> Style.NONE;
      case SIMPLIFIED -> Style.SIMPLIFIED;
      case FULL -> Style.FULL;
    };
  }
}
