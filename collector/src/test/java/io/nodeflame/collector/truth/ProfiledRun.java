package io.nodeflame.collector.truth;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nodeflame.bpf.CgroupController;
import io.nodeflame.bpf.PerfEventSampler;
import io.nodeflame.bpf.SamplerCounters;
import io.nodeflame.bpf.SamplerSettings;
import io.nodeflame.bpf.SamplingEvent;
import io.nodeflame.collector.account.SampleLedger;
import io.nodeflame.collector.collection.Collection;
import io.nodeflame.collector.collection.CollectionSettings;
import io.nodeflame.collector.collection.ProfileDelivery;
import io.nodeflame.collector.pprof.PprofEncoder;
import io.nodeflame.collector.pprof.PprofLimits;
import io.nodeflame.collector.pprof.ProfileClock;
import io.nodeflame.discovery.DiscoverySettings;
import io.nodeflame.discovery.cgroup.CgroupHierarchy;
import io.nodeflame.discovery.cgroup.CgroupTree;
import io.nodeflame.discovery.host.HostTargetResolver;
import io.nodeflame.discovery.target.TargetRules;
import io.nodeflame.symbolizer.demangle.Style;
import io.nodeflame.symbolizer.host.HostSymbolizer;
import io.nodeflame.symbolizer.host.SymbolizerSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;

/**
 * Profiles the whole machine from {@link #start} to {@link #finish}, with the parts and the wiring
 * of the daemon, and keeps the profiles.
 *
 * <p>Everything compares with CPU time, never with time on the clock, so that a busy machine makes
 * tests slow but not wrong.
 */
final class ProfiledRun implements AutoCloseable {
  private static final int MAX_FRAMES = 128;

  private final PerfEventSampler sampler;
  private final HostSymbolizer symbolizer;
  private final SampleLedger ledger = new SampleLedger();
  private final PprofEncoder encoder = new PprofEncoder(PprofLimits.PYROSCOPE, new ProfileClock());
  private final DeliveredProfiles delivered = new DeliveredProfiles();
  private final Collection collection;
  private long lostBefore;

  private ProfiledRun(int frequencyHz, Path cacheDirectory, Path debugDirectory) throws Exception {
    String mounts = Files.readString(Path.of("/proc/self/mountinfo"));
    CgroupHierarchy hierarchy = CgroupHierarchy.detect(mounts).orElseThrow();
    CgroupController controller =
        CgroupController.named(hierarchy.controllerName()).orElse(CgroupController.UNIFIED);
    symbolizer =
        HostSymbolizer.open(
            new SymbolizerSettings(
                cacheDirectory, 64L << 20, List.of(debugDirectory.toString()), Style.SIMPLIFIED));
    sampler =
        PerfEventSampler.start(
            new SamplerSettings(
                SamplingEvent.CPU_CLOCK, frequencyHz, MAX_FRAMES, true, controller));
    collection =
        Collection.start(
            sampler,
            symbolizer,
            new HostTargetResolver(
                new TargetRules(DiscoverySettings.DEFAULT, problem -> {}),
                null,
                Path.of("/proc"),
                new CgroupTree(hierarchy, CgroupTree.Limits.DEFAULT, System::nanoTime),
                HostTargetResolver.DEFAULT_MAX_PROCESSES,
                System::nanoTime),
            new ProfileDelivery(encoder, ledger, List.of(delivered)),
            ledger,
            new CollectionSettings(
                Duration.ofSeconds(2), 1_000_000_000L / frequencyHz, Clock.systemUTC()));
  }

  static ProfiledRun start(int frequencyHz, Path directory) throws Exception {
    Precedence.take();
    ProfiledRun run =
        new ProfiledRun(
            frequencyHz,
            Files.createDirectories(directory.resolve("cache")),
            Files.createDirectories(directory.resolve("debug")));
    run.awaitWindow();
    return run;
  }

  /** By then the machine's processes are read and the code has run once. */
  private void awaitWindow() throws InterruptedException {
    long deadline = System.nanoTime() + Duration.ofSeconds(60).toNanos();
    while (delivered.samples() == 0 && System.nanoTime() < deadline) {
      Thread.sleep(20);
    }
    assertTrue(delivered.samples() > 0, "no window closed");
    lostBefore = lost(sampler.counters());
  }

  SamplerCounters counters() {
    return sampler.counters();
  }

  SampleLedger ledger() {
    return ledger;
  }

  DeliveredProfiles delivered() {
    return delivered;
  }

  /** Samples lost since the start-up: a machine too busy for its ring. */
  private long lostSamples() {
    return lost(sampler.counters()) - lostBefore;
  }

  private static long lost(SamplerCounters counters) {
    return counters.lostRing() + counters.lostScratch();
  }

  /** Delivers everything that was drained. */
  DeliveredProfiles finish() {
    assertEquals("", collection.failure());
    collection.close();
    if (lostSamples() > 0) {
      Evidence.print("the ring lost %d samples: this machine is very busy", lostSamples());
    }
    return delivered;
  }

  @Override
  public void close() throws IOException {
    Precedence.giveBack();
    collection.close();
    sampler.close();
    symbolizer.close();
    encoder.close();
  }
}
