package io.nodeflame.collector.daemon;

import io.nodeflame.bpf.PerfEventSampler;
import io.nodeflame.bpf.SamplerCounters;
import io.nodeflame.bpf.SamplerException;
import io.nodeflame.bpf.SamplingRates;
import io.nodeflame.bpf.StackSampler;
import io.nodeflame.collector.account.SampleLedger;
import io.nodeflame.collector.collection.Collection;
import io.nodeflame.collector.collection.CollectionReport;
import io.nodeflame.collector.config.NodeflameConfig;
import io.nodeflame.collector.config.SamplingConfig;
import io.nodeflame.collector.profile.StackProfileConsumer;
import io.nodeflame.discovery.ServiceNames;
import io.nodeflame.discovery.TargetResolver;
import io.nodeflame.discovery.cgroup.CgroupHierarchy;
import io.nodeflame.discovery.host.Explainer;
import io.nodeflame.symbolizer.CodeReport;
import io.nodeflame.symbolizer.PublishedService;
import io.nodeflame.symbolizer.SymbolizerStatistics;
import io.nodeflame.symbolizer.host.HostSymbolizer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Sampler, symbolizer, discovery and collection of this host: what `run` and `record` share. */
public final class Pipeline implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Pipeline.class);
  private static final Path PROC = Path.of("/proc");

  /** Of each process of a pod that is explained, of which there may be many. */
  private static final Duration ANSWER_PATIENCE = Duration.ofMillis(500);

  private final StackSampler sampler;
  private final HostSymbolizer symbolizer;
  private final NodeDiscovery discovery;
  private final Collection collection;
  private final SampleLedger ledger;
  private @Nullable SamplerCounters lastCounters;
  private long lastLostProcessEvents;

  private Pipeline(
      StackSampler sampler,
      HostSymbolizer symbolizer,
      NodeDiscovery discovery,
      Collection collection,
      SampleLedger ledger) {
    this.sampler = sampler;
    this.symbolizer = symbolizer;
    this.discovery = discovery;
    this.collection = collection;
    this.ledger = ledger;
  }

  /**
   * Starts sampling.
   *
   * @param environment tells how the cluster is reached, where the configuration names a node
   * @param narrowing wraps the resolver, to keep only what the caller wants
   * @throws SamplerException when this kernel or this process cannot sample
   * @throws IOException when a directory or a file of {@code /proc} cannot be used
   */
  public static Pipeline start(
      NodeflameConfig config,
      Map<String, String> environment,
      SampleLedger ledger,
      UnaryOperator<TargetResolver> narrowing,
      StackProfileConsumer consumer)
      throws SamplerException, IOException {
    CgroupHierarchy hierarchy = hierarchy();
    SamplingConfig sampling = config.sampling();
    HostSymbolizer symbolizer = HostSymbolizer.open(ModuleSettings.symbolizer(config.symbols()));
    PerfEventSampler sampler;
    try {
      sampler = PerfEventSampler.start(ModuleSettings.sampler(sampling, hierarchy));
    } catch (SamplerException e) {
      symbolizer.close();
      throw e;
    }
    NodeDiscovery discovery =
        NodeDiscovery.start(
            config,
            hierarchy,
            environment,
            new SampledCgroups(sampler),
            (pid, startTicks) -> names(symbolizer.publishedBy(pid, startTicks, ANSWER_PATIENCE)));
    Collection collection =
        Collection.start(
            sampler,
            symbolizer,
            narrowing.apply(discovery.resolver()),
            consumer,
            ledger,
            ModuleSettings.collection(sampling));
    return new Pipeline(sampler, symbolizer, discovery, collection, ledger);
  }

  private static ServiceNames names(PublishedService service) {
    return new ServiceNames(service.name(), service.namespace(), service.version());
  }

  /** Where no hierarchy is mounted, ids of the unified one are unknown but harmless. */
  private static CgroupHierarchy hierarchy() throws IOException {
    Optional<CgroupHierarchy> found =
        CgroupHierarchy.detect(Files.readString(PROC.resolve("self/mountinfo")));
    return found.orElseGet(() -> new CgroupHierarchy(2, "", Path.of("/sys/fs/cgroup"), "/"));
  }

  /** Empty while all is well, else what is wrong. */
  public String failure() {
    return collection.failure();
  }

  /** Empty, or which thread has ended by itself: nothing goes on then. */
  String deadThread() {
    return collection.deadThread();
  }

  public CollectionReport report() {
    return collection.report();
  }

  /** What is known of the node's processes and pods. */
  NodeDiscovery discovery() {
    return discovery;
  }

  /** What is in the way of knowing pods, or the empty string. */
  public String clusterProblem() {
    return discovery.pods().map(pods -> pods.watch().pods().problem()).orElse("");
  }

  /** Whether the API server has told of this pod as one of this node. */
  public boolean knowsPod(String namespace, String name) {
    Explainer explainer = discovery.explainer();
    return explainer.knowsPods() && explainer.pod(namespace, name).isPresent();
  }

  /** As {@link HostSymbolizer#inspect}. */
  public Optional<CodeReport> inspect(int pid, long startTicks) {
    return symbolizer.inspect(pid, startTicks);
  }

  public SymbolizerStatistics symbolizerStatistics() {
    return symbolizer.statistics();
  }

  /** The kernel's counters; after close, those of the last moment. */
  public synchronized SamplerCounters counters() {
    return lastCounters != null ? lastCounters : sampler.counters();
  }

  public synchronized long lostProcessEvents() {
    return lastCounters != null ? lastLostProcessEvents : sampler.lostProcessEvents();
  }

  /** How often whom is sampled. */
  SamplingRates rates() {
    return sampler.rates();
  }

  /** Memory of the BPF maps in bytes. */
  public synchronized long mapBytes() {
    return lastCounters != null ? 0 : sampler.mapBytes();
  }

  /**
   * Stops the perf events, delivers what was taken, then frees everything; what a stuck thread may
   * still use is left to the end of the process. May be called twice.
   */
  @Override
  public void close() {
    sampler.stop();
    collection.close();
    discovery.close();
    ledger.end();
    synchronized (this) {
      if (lastCounters != null) {
        return;
      }
      lastCounters = sampler.counters();
      lastLostProcessEvents = sampler.lostProcessEvents();
      if (collection.hasEnded()) {
        sampler.close();
        symbolizer.close();
      } else {
        LOG.error(
            "The threads that collect did not end in time, so samples that are in no profile yet"
                + " are dropped as shutdown: give this process more CPU if that comes again");
      }
    }
  }
}
