package io.nodeflame.collector.cli;

import io.nodeflame.bpf.ExitView;
import io.nodeflame.bpf.ImageView;
import io.nodeflame.bpf.RecordConsumer;
import io.nodeflame.bpf.SampleView;
import io.nodeflame.bpf.SamplerException;
import io.nodeflame.bpf.StackSampler;
import io.nodeflame.collector.doctor.Check;
import io.nodeflame.collector.doctor.CheckResult;
import java.time.Duration;

/** The BPF program loads and a sample comes through: this thread keeps its CPU busy for it. */
final class SamplerCheck implements Check {
  private static final String NAME = "sampler";
  private static final Duration DRAIN_INTERVAL = Duration.ofMillis(20);

  private final Source source;
  private final Duration atMost;

  /** Starts the sampler. */
  interface Source {
    StackSampler start() throws SamplerException;
  }

  /**
   * @param atMost how long a sample may take
   */
  SamplerCheck(Source source, Duration atMost) {
    this.source = source;
    this.atMost = atMost;
  }

  @Override
  public CheckResult run() {
    try (StackSampler sampler = source.start()) {
      return awaitSample(sampler);
    } catch (SamplerException e) {
      return CheckResult.failed(
          NAME, String.valueOf(e.getMessage()), "mend the failed checks above, then try again");
    }
  }

  private CheckResult awaitSample(StackSampler sampler) {
    long start = System.nanoTime();
    int samples = 0;
    while (samples == 0 && System.nanoTime() - start < atMost.toNanos()) {
      burn(DRAIN_INTERVAL);
      samples = sampler.drain(NOBODY);
    }
    Duration took = Duration.ofNanos(System.nanoTime() - start);
    if (samples == 0) {
      return CheckResult.failed(
          NAME,
          "the BPF program was loaded, but no sample came within " + took.toMillis() + " ms",
          "see whether something holds perf events back: kernel.perf_cpu_time_max_percent, or the"
              + " hypervisor with sampling.event: cycles");
    }
    return CheckResult.ok(
        NAME, "loaded, and the first sample came after " + took.toMillis() + " ms");
  }

  /** Only a busy CPU is sampled. */
  private static void burn(Duration time) {
    long end = System.nanoTime() + time.toNanos();
    while (System.nanoTime() - end < 0) {
      Thread.onSpinWait();
    }
  }

  private static final RecordConsumer NOBODY =
      new RecordConsumer() {
        @Override
        public void image(ImageView image) {}

        @Override
        public void sample(SampleView sample) {}

        @Override
        public void exec(ImageView image) {}

        @Override
        public void exit(ExitView exit) {}
      };
}
