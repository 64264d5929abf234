package io.nodeflame.bpf;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;

/**
 * A program that samples inside of a namespace, compares what the kernel says of each task with
 * what {@code /proc} there shows under its number, and prints how often that was the same.
 */
final class NamespaceProbe implements RecordConsumer {
  private static final int FREQUENCY_HZ = 199;
  private static final Path PROC = Path.of("/proc");

  private final Map<String, Integer> figures = new TreeMap<>();

  private NamespaceProbe() {}

  /**
   * Prints a line {@code NAME NUMBER} for each figure.
   *
   * @param args programs of which to wait for samples; then how many of each
   */
  public static void main(String[] args) throws Exception {
    int wanted = Integer.parseInt(args[args.length - 1]);
    NamespaceProbe probe = new NamespaceProbe();
    long deadline = System.nanoTime() + Duration.ofSeconds(60).toNanos();
    try (PerfEventSampler sampler = PerfEventSampler.start(settings())) {
      int drained = 0;
      while (!probe.has(args, wanted) && System.nanoTime() < deadline) {
        sampler.await(Duration.ofMillis(20));
        drained += sampler.drain(probe);
      }
      sampler.stop();
      drained += sampler.drain(probe);
      SamplerCounters counters = sampler.counters();
      probe.figures.put("drained", drained);
      probe.figures.put("submitted", (int) counters.submitted());
      probe.figures.put("outside", (int) counters.outside());
      probe.figures.put("idle", (int) (counters.idle() + counters.thinned()));
      probe.figures.put("lost", (int) (counters.lostRing() + counters.lostScratch()));
      probe.figures.put("taken", (int) counters.taken());
    }
    probe.figures.forEach((name, figure) -> System.out.println(name + " " + figure));
  }

  private static SamplerSettings settings() {
    return new SamplerSettings(
        SamplingEvent.CPU_CLOCK, FREQUENCY_HZ, 128, true, CgroupController.UNIFIED);
  }

  private boolean has(String[] args, int wanted) {
    for (int i = 0; i < args.length - 1; i++) {
      if (figures.getOrDefault("samples:" + args[i], 0) < wanted) {
        return false;
      }
    }
    return true;
  }

  private void count(String name) {
    figures.merge(name, 1, Integer::sum);
  }

  @Override
  public void image(ImageView image) {
    count("images:" + image.comm());
    Path stat = PROC.resolve(image.pid() + "/stat");
    String[] fields = text(stat).replaceFirst(".*\\) ", "").split(" ", -1);
    if (fields.length > 19
        && fields[1].equals(String.valueOf(image.parent().pid()))
        && fields[19].equals(String.valueOf(image.image().startTicks()))) {
      count("images-as-in-proc:" + image.comm());
    }
  }

  @Override
  public void sample(SampleView sample) {
    String name = sample.threadName();
    count("samples:" + name);
    Path task = PROC.resolve(sample.pid() + "/task/" + sample.tid());
    if (text(task.resolve("comm")).strip().equals(name)) {
      count("samples-as-in-proc:" + name);
    }
  }

  @Override
  public void exec(ImageView image) {
    count("execs:" + image.executableName());
    if (image.pid() <= 0) {
      count("execs-without-pid");
    }
  }

  @Override
  public void exit(ExitView exit) {
    count(exit.pid() > 0 ? "exits" : "exits-without-pid");
  }

  /** Empty when it is gone. */
  private static String text(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      return "";
    }
  }
}
