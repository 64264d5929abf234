package io.nodeflame.collector.daemon;

import io.nodeflame.bpf.EndReason;
import io.nodeflame.bpf.SamplingRates;
import io.nodeflame.collector.collection.CollectionReport;
import io.nodeflame.symbolizer.SymbolizerStatistics;
import io.prometheus.metrics.model.registry.MultiCollector;
import io.prometheus.metrics.model.snapshots.CounterSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;

/**
 * Every metric of the daemon. All numbers of a scrape come from one reading, so that the accounts
 * of samples add up in it: for each sink, taken = idle + thinned + lost + waiting in ring and
 * window + dropped + what the sink delivered, has waiting, and dropped.
 */
final class DaemonMetrics implements MultiCollector {
  private final Daemon daemon;

  DaemonMetrics(Daemon daemon) {
    this.daemon = daemon;
  }

  @Override
  public MetricSnapshots collect() {
    MetricSnapshots.Builder out = MetricSnapshots.builder();
    addSamples(out, daemon.accounts());
    SeriesMetrics.add(out, daemon.endpoints());
    CollectionReport report = daemon.report();
    addStacks(out, report);
    addSymbols(out, daemon.symbolizerStatistics());
    DiscoveryMetrics.add(out, daemon.discovery());
    daemon.reloads().addTo(out);
    addCost(out, OwnUsage.read(), report.liveHeapBytes());
    return out.build();
  }

  private void addSamples(MetricSnapshots.Builder out, SampleAccounts accounts) {
    out.metricSnapshot(
        counter("samples_taken", "Firings of the sampling event.", accounts.kernel().taken()));
    out.metricSnapshot(
        Counters.named(
                "samples_lost",
                "Samples that the kernel could not hand over. Rising: the ring buffer is too small"
                    + " or the daemon gets too little CPU.")
            .add(accounts.kernel().lostRing(), "reason", "ring_full")
            .add(accounts.kernel().lostScratch(), "reason", "no_scratch")
            .build());
    Counters dropped =
        Counters.named(
            "samples_dropped",
            "Samples that were not kept, by reason. Rising unmatched: processes without a target.");
    dropped.add(accounts.kernel().idle(), "reason", "idle");
    dropped.add(accounts.kernel().outside(), "reason", "outside");
    dropped.add(accounts.kernel().thinned(), "reason", "thinned");
    accounts.balance().dropped().forEach((why, n) -> dropped.add(n, "reason", why.label()));
    out.metricSnapshot(dropped.build());
    out.metricSnapshot(
        Gauges.named(
                "samples_waiting",
                "Samples on their way. Rising in the ring: the daemon gets too little CPU.")
            .add(accounts.waitingInRing(), "stage", "ring")
            .add(accounts.balance().waiting(), "stage", "window")
            .build());
    addSinks(out, accounts);
    out.metricSnapshot(
        counter(
            "process_events_lost",
            "Exec and exit events that the kernel could not hand over. Rising: dead processes are"
                + " forgotten later.",
            daemon.lostProcessEvents()));
    SamplingRates rates = daemon.rates();
    out.metricSnapshot(
        gauge(
            "sampling_frequency_hertz",
            "Firings per second and CPU. Above sampling.frequencyHz: a pod asks for more samples.",
            rates.firingHz()));
    out.metricSnapshot(
        gauge(
            "sampling_raised_cgroups",
            "Cgroups that are sampled more often than all others, as their pods ask.",
            rates.hertzByCgroup().size()));
  }

  private static void addSinks(MetricSnapshots.Builder out, SampleAccounts accounts) {
    Counters delivered = Counters.named("sink_samples_delivered", "Samples that arrived.");
    Gauges waiting =
        Gauges.named(
            "sink_samples_waiting", "Samples queued. Rising: the endpoint is slow or away.");
    Counters dropped =
        Counters.named(
            "sink_samples_dropped",
            "Samples that a sink gave up, by reason. Rising: they are missing there.");
    Counters profiles = Counters.named("sink_profiles_delivered", "Profiles that arrived.");
    Counters bytes = Counters.named("sink_bytes_delivered", "Gzipped bytes that arrived.");
    Gauges waitingBytes =
        Gauges.named("sink_bytes_waiting", "Gzipped bytes queued. Rising: the endpoint is away.");
    for (SinkAccounts sink : accounts.sinks()) {
      delivered.add(sink.delivered().samples(), "sink", sink.name());
      waiting.add(sink.waiting().samples(), "sink", sink.name());
      profiles.add(sink.delivered().profiles(), "sink", sink.name());
      bytes.add(sink.delivered().bytes(), "sink", sink.name());
      waitingBytes.add(sink.waiting().bytes(), "sink", sink.name());
      sink.droppedSamples().forEach((why, n) -> dropped.add(n, "reason", why, "sink", sink.name()));
    }
    out.metricSnapshot(delivered.build())
        .metricSnapshot(waiting.build())
        .metricSnapshot(dropped.build())
        .metricSnapshot(profiles.build())
        .metricSnapshot(bytes.build())
        .metricSnapshot(waitingBytes.build());
  }

  private static void addStacks(MetricSnapshots.Builder out, CollectionReport report) {
    Counters stacks =
        Counters.named(
            "stacks",
            "Samples by the end of their user stack's walk. Rising other than complete: programs"
                + " without frame pointers.");
    for (EndReason end : EndReason.values()) {
      stacks.add(report.samplesByEnd().getOrDefault(end, 0L), "end", end.label());
    }
    out.metricSnapshot(stacks.build());
    Counters frames =
        Counters.named(
            "frames",
            "Frames of samples, named or with the reason why not. Rising no_symbols: stripped"
                + " files without debug files.");
    frames.add(report.namedFrames(), "reason", "named");
    report.unnamedFrames().forEach((reason, n) -> frames.add(n, "reason", reason.label()));
    out.metricSnapshot(frames.build());
    out.metricSnapshot(gauge("process_images", "Process images known.", report.images()));
    out.metricSnapshot(gauge("targets", "Targets of the last window.", report.targets()));
    out.metricSnapshot(
        gauge(
            "samples_held",
            "Of the samples that wait in windows, those of containers whose pods are not known yet."
                + " Rising: the API server is slow or away.",
            report.heldSamples()));
    out.metricSnapshot(counter("windows_closed", "Windows closed.", report.windows()));
  }

  private static void addSymbols(MetricSnapshots.Builder out, SymbolizerStatistics stats) {
    out.metricSnapshot(
        gauge("symbols_open_files", "Files of processes held open.", stats.openFiles()));
    out.metricSnapshot(
        gauge("symbols_cache_bytes", "Size of the symbol cache.", stats.cacheBytes()));
    out.metricSnapshot(
        gauge("symbols_cache_files", "Files in the symbol cache.", stats.cacheFiles()));
    out.metricSnapshot(
        Counters.named(
                "symbols_cache_lookups",
                "Symbol tables asked of the cache. Rising misses with evictions: it is too small.")
            .add(stats.cacheHits(), "result", "hit")
            .add(stats.cacheMisses(), "result", "miss")
            .build());
    out.metricSnapshot(
        counter(
            "symbols_cache_evictions",
            "Symbol tables removed for room. Rising: the cache is too small.",
            stats.cacheEvictions()));
  }

  private void addCost(MetricSnapshots.Builder out, OwnUsage usage, long liveHeapBytes) {
    out.metricSnapshot(
        Counters.named("process_cpu_seconds", "CPU time of the daemon.")
            .add(usage.cpuSeconds())
            .build());
    out.metricSnapshot(gauge("process_resident_bytes", "RSS.", usage.residentBytes()));
    out.metricSnapshot(
        gauge("process_anonymous_bytes", "RSS that is no file's.", usage.anonymousBytes()));
    out.metricSnapshot(gauge("heap_bytes", "Java heap in use.", usage.heapBytes()));
    out.metricSnapshot(
        gauge(
            "heap_live_bytes",
            "Java heap in use after the last collection of all of it. Rising for hours: a leak.",
            liveHeapBytes));
    out.metricSnapshot(gauge("bpf_map_bytes", "Memory of the BPF maps.", daemon.mapBytes()));
  }

  private static CounterSnapshot counter(String name, String help, long value) {
    return Counters.named(name, help).add(value).build();
  }

  private static GaugeSnapshot gauge(String name, String help, long value) {
    return Gauges.named(name, help).add(value).build();
  }
}
