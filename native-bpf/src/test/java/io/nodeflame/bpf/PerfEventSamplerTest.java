package io.nodeflame.bpf;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

@KernelTest
class PerfEventSamplerTest {
  private static final int FREQUENCY_HZ = 499;

  /** Remembers what came for one pid. */
  private static final class Recorder implements RecordConsumer {
    private final int pid;
    private final List<ProcessImage> images = new ArrayList<>();
    private final List<ProcessImage> execs = new ArrayList<>();
    private final List<String> executables = new ArrayList<>();
    private final List<EndReason> ends = new ArrayList<>();
    private int samples;
    private int firstSamples;
    private boolean imageBeforeSample = true;
    private int exits;

    Recorder(int pid) {
      this.pid = pid;
    }

    @Override
    public void image(ImageView image) {
      if (image.pid() == pid) {
        images.add(image.image());
        executables.add(image.executableName());
      }
    }

    @Override
    public void sample(SampleView sample) {
      if (sample.pid() == pid) {
        imageBeforeSample &= images.contains(sample.image());
        samples++;
        firstSamples += sample.isFirstOfImage() ? 1 : 0;
        ends.add(sample.endReason());
      }
    }

    @Override
    public void exec(ImageView image) {
      if (image.pid() == pid) {
        execs.add(image.image());
      }
    }

    @Override
    public void exit(ExitView exit) {
      exits += exit.pid() == pid ? 1 : 0;
    }
  }

  @Test
  void aSpinningProcessIsSampledAsOftenAsItsCpuTimeSays() throws Exception {
    try (PerfEventSampler sampler = PerfEventSampler.start(settings())) {
      Process spinner = new ProcessBuilder("sh", "-c", "while :; do :; done").start();
      try {
        Recorder recorder = new Recorder((int) spinner.pid());
        long deadline = System.nanoTime() + Duration.ofSeconds(3).toNanos();
        while (System.nanoTime() < deadline) {
          sampler.await(Duration.ofMillis(100));
          sampler.drain(recorder);
        }
        Duration cpu = spinner.info().totalCpuDuration().orElseThrow();
        spinner.destroyForcibly().waitFor();
        sampler.await(Duration.ofMillis(50));
        sampler.drain(recorder);

        double expected = cpu.toNanos() / 1e9 * FREQUENCY_HZ;
        assertEquals(1, recorder.samples / expected, 0.1, "samples per CPU time x frequency");
        assertTrue(recorder.imageBeforeSample, "an image's record comes before its samples");
        assertEquals(recorder.images.size(), recorder.firstSamples);
        assertTrue(recorder.executables.contains("dash") || recorder.executables.contains("bash"));
        assertEquals(1, recorder.exits, "the exit was seen");
      } finally {
        spinner.destroyForcibly();
      }
    }
  }

  @Test
  void everyFiringEndsInExactlyOneCounter() throws Exception {
    try (PerfEventSampler sampler = PerfEventSampler.start(settings())) {
      Process spinner = new ProcessBuilder("sh", "-c", "while :; do :; done").start();
      try {
        long drained = 0;
        Recorder recorder = new Recorder(0);
        for (int round = 0; round < 20; round++) {
          sampler.await(Duration.ofMillis(20));
          drained += sampler.drain(recorder);
          SamplerCounters counters = sampler.counters();
          assertEquals(
              counters.taken(),
              counters.submitted()
                  + counters.idle()
                  + counters.outside()
                  + counters.thinned()
                  + counters.lostRing()
                  + counters.lostScratch());
          assertTrue(drained <= counters.submitted(), "nothing is drained that was not submitted");
        }
        assertTrue(drained > 0);
      } finally {
        spinner.destroyForcibly().waitFor();
      }
    }
  }

  @Test
  void aStarvedRingLosesSamplesAndCountsThem() throws Exception {
    SamplerSettings fast =
        new SamplerSettings(SamplingEvent.CPU_CLOCK, 1000, 512, true, CgroupController.UNIFIED);
    try (PerfEventSampler sampler = PerfEventSampler.start(fast)) {
      List<Process> spinners = new ArrayList<>();
      try {
        for (int i = 0; i < 2 * Runtime.getRuntime().availableProcessors(); i++) {
          spinners.add(new ProcessBuilder("sh", "-c", "while :; do :; done").start());
        }
        long deadline = System.nanoTime() + Duration.ofSeconds(60).toNanos();
        while (sampler.counters().lostRing() == 0 && System.nanoTime() < deadline) {
          Thread.sleep(50);
        }
        for (Process spinner : spinners) {
          spinner.destroyForcibly().waitFor();
        }
        long drained = sampler.drain(new Recorder(0));
        SamplerCounters counters = sampler.counters();
        assertTrue(counters.lostRing() > 0, "the ring was never full");
        assertEquals(
            counters.taken(),
            counters.submitted()
                + counters.idle()
                + counters.outside()
                + counters.thinned()
                + counters.lostRing()
                + counters.lostScratch());
        assertTrue(drained > 0 && drained <= counters.submitted());
      } finally {
        spinners.forEach(Process::destroyForcibly);
      }
    }
  }

  @Test
  void aWaitEndsWhenWoken() throws Exception {
    try (PerfEventSampler sampler = PerfEventSampler.start(settings())) {
      sampler.drain(new Recorder(0));
      Thread waker = new Thread(sampler::wake);
      waker.start();
      sampler.await(Duration.ofHours(1)); // a lost wake-up would hang here
      waker.join();
    }
  }

  @Test
  void closingTwiceIsHarmless() throws Exception {
    PerfEventSampler sampler = PerfEventSampler.start(settings());
    sampler.close();
    sampler.close();
  }

  private static SamplerSettings settings() {
    return new SamplerSettings(
        SamplingEvent.CPU_CLOCK, FREQUENCY_HZ, 128, true, CgroupController.UNIFIED);
  }
}
