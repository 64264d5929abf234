package io.nodeflame.collector.daemon;

import io.nodeflame.bpf.SamplerException;
import io.nodeflame.bpf.SamplingRates;
import io.nodeflame.collector.account.SampleLedger;
import io.nodeflame.collector.collection.CollectionReport;
import io.nodeflame.collector.collection.ProfileDelivery;
import io.nodeflame.collector.config.EndpointConfig;
import io.nodeflame.collector.config.ListenAddress;
import io.nodeflame.collector.config.NodeflameConfig;
import io.nodeflame.collector.delivery.EndpointQueue;
import io.nodeflame.collector.pprof.PprofEncoder;
import io.nodeflame.collector.pprof.PprofLimits;
import io.nodeflame.collector.pprof.ProfileClock;
import io.nodeflame.collector.profile.ProfileSink;
import io.nodeflame.collector.store.ProfileStore;
import io.nodeflame.collector.store.StoreConfig;
import io.nodeflame.collector.web.Readiness;
import io.nodeflame.collector.web.WebConfig;
import io.nodeflame.collector.web.WebServer;
import io.nodeflame.collector.web.WebSources;
import io.nodeflame.symbolizer.SymbolizerStatistics;
import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The daemon: pipeline, endpoints, store and web server, from one configuration. */
public final class Daemon implements AutoCloseable {
  private static final Duration FIRST_PROFILE_DUE = Duration.ofSeconds(4);

  /** Above the window: no sample in so long means that the sampler is broken. */
  private static final Duration SAMPLES_FLOW_WITHIN = Duration.ofMinutes(1);

  private final SampleLedger ledger;
  private final List<EndpointQueue> endpoints;
  private final Optional<ProfileStore> store;
  private final PprofEncoder encoder;
  private final Pipeline pipeline;
  private final WebServer web;
  private final SampleFlow flow;
  private final ReloadCounts reloads = new ReloadCounts();
  private volatile @Nullable SampleAccounts lastAccounts;

  private Daemon(NodeflameConfig config, Map<String, String> environment, Parts parts)
      throws SamplerException, IOException {
    this.ledger = parts.ledger;
    this.endpoints = parts.endpoints;
    this.store = parts.store;
    this.encoder = parts.encoder;
    this.flow = new SampleFlow(SAMPLES_FLOW_WITHIN, System::nanoTime);
    List<ProfileSink> sinks = new ArrayList<>(endpoints);
    store.ifPresent(sinks::add);
    this.pipeline =
        Pipeline.start(
            config,
            environment,
            ledger,
            resolver -> resolver,
            new ProfileDelivery(encoder, ledger, sinks));
    try {
      this.web = WebServer.start(webConfig(config), webSources(config));
    } catch (IOException e) {
      pipeline.close();
      throw new IOException(cannotListen(config.server().listen(), e), e);
    }
  }

  static String cannotListen(ListenAddress address, IOException why) {
    String reason = String.valueOf(why.getMessage());
    return "the server cannot listen on "
        + address
        + ": "
        + (why instanceof BindException && reason.contains("in use")
            ? "the address is in use, perhaps by another nodeflame"
            : reason)
        + "; choose another address with --listen or server.listen";
  }

  /** What is made before sampling starts, closed again when something behind it fails. */
  private static final class Parts implements AutoCloseable {
    private final SampleLedger ledger = new SampleLedger();
    private final ProfileClock clock = new ProfileClock();
    private final PprofEncoder encoder = new PprofEncoder(PprofLimits.PYROSCOPE, clock);
    private final List<EndpointQueue> endpoints = new ArrayList<>();
    private Optional<ProfileStore> store = Optional.empty();

    @Override
    public void close() {
      endpoints.forEach(EndpointQueue::close);
      store.ifPresent(ProfileStore::close);
      encoder.close();
    }
  }

  /**
   * Starts everything.
   *
   * @param environment tells how the cluster is reached, where the configuration names a node
   * @throws SamplerException when this kernel or this process cannot sample
   * @throws IOException when a directory, a secret or the listening address cannot be used
   */
  public static Daemon start(
      NodeflameConfig config, Map<String, String> environment, String version)
      throws SamplerException, IOException {
    Parts parts = new Parts();
    try {
      for (EndpointConfig endpoint : config.pyroscope()) {
        parts.endpoints.add(Endpoints.open(endpoint, parts.clock, version));
      }
      keepStaticLabels(parts.endpoints, config);
      if (config.store().enabled()) {
        parts.store = Optional.of(openStore(config));
      }
      return new Daemon(config, environment, parts);
    } catch (SamplerException | IOException | RuntimeException e) {
      parts.close();
      throw e;
    }
  }

  private static void keepStaticLabels(List<EndpointQueue> endpoints, NodeflameConfig config) {
    endpoints.forEach(endpoint -> endpoint.keepLabels(config.labels().fixed().keySet()));
  }

  private static ProfileStore openStore(NodeflameConfig config) throws IOException {
    io.nodeflame.collector.config.StoreConfig settings = config.store();
    return ProfileStore.open(
        new StoreConfig(settings.dir(), settings.retention(), settings.maxSizeBytes()),
        Clock.systemUTC());
  }

  private static WebConfig webConfig(NodeflameConfig config) throws IOException {
    ListenAddress listen = config.server().listen();
    InetSocketAddress address =
        listen.host().isEmpty()
            ? new InetSocketAddress(listen.port())
            : new InetSocketAddress(InetAddress.getByName(listen.host()), listen.port());
    String token = config.server().token().isSet() ? config.server().token().reveal() : "";
    return new WebConfig(address, Set.of(), token);
  }

  private WebSources webSources(NodeflameConfig config) {
    String node = config.nodeName().isEmpty() ? hostName() : config.nodeName();
    WebSources.About about =
        new WebSources.About(
            node,
            config.sampling().window(),
            config.store().retention(),
            Instant.now().plus(FIRST_PROFILE_DUE),
            Clock.systemUTC());
    return new WebSources(
        new MetricsText(new DaemonMetrics(this)),
        pipeline::failure,
        this::readiness,
        store,
        pipeline.discovery().explainer(),
        pipeline::inspect,
        about);
  }

  /** Not asked of the resolver: in a container it may not know this host. */
  private static String hostName() {
    try {
      return Files.readString(Path.of("/proc/sys/kernel/hostname")).strip();
    } catch (IOException e) {
      return "";
    }
  }

  /** Port of the web server. */
  public int port() {
    return web.port();
  }

  /** Whether the threads work, samples flow, and the pods have been told of once. */
  public Readiness readiness() {
    String failure = pipeline.failure();
    if (failure.isEmpty()) {
      failure = flow.problem(pipeline.counters().submitted());
    }
    if (failure.isEmpty()) {
      failure = pipeline.discovery().notYetListed();
    }
    return new Readiness(failure.isEmpty(), failure);
  }

  /** Empty while all is well, else what is wrong now. */
  public String failure() {
    return pipeline.failure();
  }

  /** Empty, or which thread has ended by itself: nothing is profiled any more. */
  public String deadThread() {
    return pipeline.deadThread();
  }

  /** Where every sample is, at one moment; after close, where they ended. */
  public SampleAccounts accounts() {
    SampleAccounts last = lastAccounts;
    return last != null ? last : readAccounts();
  }

  private SampleAccounts readAccounts() {
    List<Supplier<SinkAccounts>> sinks = new ArrayList<>();
    endpoints.forEach(endpoint -> sinks.add(() -> SinkAccounts.of(endpoint)));
    store.ifPresent(s -> sinks.add(() -> SinkAccounts.of(s)));
    return SampleAccounts.read(sinks, ledger, pipeline::counters);
  }

  /**
   * Targets and labels follow this configuration from now on; all else stays as it is.
   *
   * @throws IllegalArgumentException listing every problem, one per line; nothing changes then
   */
  public void use(NodeflameConfig changed) {
    pipeline.discovery().use(changed);
    keepStaticLabels(endpoints, changed);
  }

  /** What became of changes of the configuration file. */
  public ReloadCounts reloads() {
    return reloads;
  }

  List<EndpointQueue> endpoints() {
    return List.copyOf(endpoints);
  }

  NodeDiscovery discovery() {
    return pipeline.discovery();
  }

  CollectionReport report() {
    return pipeline.report();
  }

  SymbolizerStatistics symbolizerStatistics() {
    return pipeline.symbolizerStatistics();
  }

  long lostProcessEvents() {
    return pipeline.lostProcessEvents();
  }

  long mapBytes() {
    return pipeline.mapBytes();
  }

  SamplingRates rates() {
    return pipeline.rates();
  }

  /**
   * Takes the last samples, delivers the last window as far as endpoints answer, and ends. Scrapes
   * are answered until nothing moves any more. May be called twice.
   */
  @Override
  public void close() {
    pipeline.close();
    closeEndpoints();
    store.ifPresent(ProfileStore::flush);
    if (lastAccounts == null) {
      lastAccounts = readAccounts();
    }
    web.close();
    store.ifPresent(ProfileStore::close);
    encoder.close();
  }

  /** All at once: one that hangs must not use up the time of the others. */
  private void closeEndpoints() {
    List<Thread> closing = new ArrayList<>();
    for (EndpointQueue endpoint : endpoints) {
      Thread thread = new Thread(endpoint::close, "close-" + endpoint.name());
      thread.start();
      closing.add(thread);
    }
    try {
      for (Thread thread : closing) {
        thread.join();
      }
    } catch (InterruptedException e) {
      closing.forEach(Thread::interrupt);
      Thread.currentThread().interrupt();
    }
  }
}
