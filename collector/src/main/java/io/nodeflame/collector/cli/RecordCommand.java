package io.nodeflame.collector.cli;

import static java.util.stream.Collectors.joining;

import io.nodeflame.bpf.SamplerCounters;
import io.nodeflame.bpf.SamplerException;
import io.nodeflame.collector.account.SampleLedger;
import io.nodeflame.collector.config.ConfigException;
import io.nodeflame.collector.config.DurationText;
import io.nodeflame.collector.config.NodeflameConfig;
import io.nodeflame.collector.daemon.Pipeline;
import io.nodeflame.collector.record.ProcessSelection;
import io.nodeflame.collector.record.RecordFormat;
import io.nodeflame.collector.record.Recording;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Profiles for some seconds and writes one file. */
@Command(
    name = "record",
    description = "Profile this host, or some of its processes, for a while and write one file.",
    mixinStandardHelpOptions = true)
final class RecordCommand implements Callable<Integer> {
  private static final long LOOK_NANOS = 500_000_000L;

  private final Map<String, String> env;

  @Option(names = "--config", paramLabel = "FILE", description = "Without it: the defaults.")
  private Optional<Path> configFile = Optional.empty();

  @Option(
      names = "--pid",
      paramLabel = "PID",
      description = "Only this process; may be given more than once.")
  private List<Integer> pids = new ArrayList<>();

  @Option(
      names = "--container",
      paramLabel = "ID",
      description = "Only the container whose id begins so, of at least 8 characters.")
  private Optional<String> container = Optional.empty();

  @Option(names = "--duration", paramLabel = "TIME", description = "Default: ${DEFAULT-VALUE}.")
  private String duration = "30s";

  @Option(
      names = "--frequency",
      paramLabel = "HZ",
      description = "Samples per second and CPU; default: ${DEFAULT-VALUE}.")
  private int frequencyHz = 99;

  @Option(
      names = {"-o", "--output"},
      paramLabel = "FILE",
      description = "FILE.pb.gz, FILE.html or FILE.folded; default: ${DEFAULT-VALUE}.")
  private Path output = Path.of("profile.pb.gz");

  @Option(
      names = "--allow-unsafe-kernel",
      description = "Run on a kernel that is refused because sampling may freeze it.")
  private boolean allowUnsafeKernel;

  @SuppressWarnings("NullAway.Init") // picocli sets it before any command runs
  @Spec
  private CommandSpec spec;

  RecordCommand(Map<String, String> env) {
    this.env = env;
  }

  @Override
  public Integer call()
      throws IOException, ConfigException, SamplerException, InterruptedException {
    Duration time = checkedDuration();
    RecordFormat format =
        RecordFormat.of(output)
            .orElseThrow(() -> wrong("-o " + output + ": ends in .pb.gz, .html or .folded"));
    ProcessSelection selection = selection();
    NodeflameConfig config = configure();
    Recording.requireWritable(output);
    Kernel.require(allowUnsafeKernel);
    Kernel.warnOfLosses(spec.commandLine().getErr());

    Recording recording = new Recording(selection.isWholeHost());
    try (StopSignal signal = StopSignal.install()) {
      SamplerCounters counters = record(config, time, selection, recording, signal);
      write(recording, format, selection, time, counters);
      return signal.end(ExitCode.GOOD);
    }
  }

  private SamplerCounters record(
      NodeflameConfig config,
      Duration time,
      ProcessSelection selection,
      Recording recording,
      StopSignal signal)
      throws IOException, SamplerException, InterruptedException {
    Pipeline pipeline = Pipeline.start(config, env, new SampleLedger(), selection::narrow, recording);
    try (pipeline) {
      wait(time, pipeline, selection, signal);
    }
    return pipeline.counters();
  }

  private void write(
      Recording recording,
      RecordFormat format,
      ProcessSelection selection,
      Duration time,
      SamplerCounters counters)
      throws IOException {
    if (recording.isEmpty()) {
      throw new IOException(
          "no sample was taken: "
              + (selection.isWholeHost()
                  ? "the host was idle"
                  : "the processes do not run, or were idle"));
    }
    recording.write(format, output, title(time));
    PrintWriter out = spec.commandLine().getOut();
    out.printf("Wrote %d samples to %s.%n", recording.samples(), output);
    if (counters.lostRing() + counters.lostScratch() > 0) {
      out.printf(
          "Of %d samples of the host %d were lost: this machine was too busy.%n",
          counters.taken() - counters.idle(), counters.lostRing() + counters.lostScratch());
    }
    out.flush();
  }

  private Duration checkedDuration() {
    Duration time =
        DurationText.parse(duration)
            .orElseThrow(() -> wrong("--duration " + duration + ": such as 30s, 5m or 1h"));
    if (time.isNegative() || time.isZero() || time.compareTo(Duration.ofHours(1)) > 0) {
      throw wrong("--duration " + duration + ": above 0 and at most 1h");
    }
    return time;
  }

  private ProcessSelection selection() {
    try {
      return ProcessSelection.of(pids, container);
    } catch (IllegalArgumentException e) {
      throw wrong(String.valueOf(e.getMessage()));
    }
  }

  private NodeflameConfig configure() throws IOException, ConfigException {
    NodeflameConfig config = ConfigFile.load(configFile, env, spec.commandLine()).config();
    try {
      return config.withSampling(config.sampling().withFrequencyHz(frequencyHz));
    } catch (IllegalArgumentException e) {
      throw wrong("--frequency " + frequencyHz + ": " + e.getMessage());
    }
  }

  private ParameterException wrong(String what) {
    return new ParameterException(spec.commandLine(), what);
  }

  /** Until the time is over, a signal comes, or the processes have ended. */
  private void wait(Duration time, Pipeline pipeline, ProcessSelection selection, StopSignal signal)
      throws InterruptedException, IOException {
    boolean shows = Terminal.takesColors(env);
    PrintWriter err = spec.commandLine().getErr();
    long end = System.nanoTime() + time.toNanos();
    boolean isStopped = false;
    for (long left = time.toNanos(); left > 0 && !isStopped; left = end - System.nanoTime()) {
      if (!pipeline.failure().isEmpty()) {
        throw new IOException(pipeline.failure());
      }
      if (shows) {
        err.printf("\rRecording, %d s left. ", 1 + left / 1_000_000_000L);
        err.flush();
      }
      isStopped =
          signal.await(Duration.ofNanos(Math.min(LOOK_NANOS, left))) || selection.hasEnded();
    }
    if (shows) {
      err.print("\r\u001b[K");
      err.flush();
    }
  }

  private String title(Duration time) {
    String what = pids.isEmpty() ? container.map(id -> "container " + id).orElse("this host") : "";
    return (what.isEmpty()
            ? "pid " + pids.stream().map(String::valueOf).collect(joining(", "))
            : what)
        + ", "
        + DurationText.format(time)
        + " at "
        + frequencyHz
        + " Hz";
  }
}
