package io.nodeflame.collector.cli;

import static java.util.stream.Collectors.joining;

import io.nodeflame.bpf.SamplerCounters;
import io.nodeflame.bpf.SamplerException;
import io.nodeflame.collector.account.SampleLedger;
import io.nodeflame.collector.config.ConfigException;
import io.nodeflame.collector.config.DurationText;
import io.nodeflame.collector.config.NodeflameConfig;
import io.nodeflame.collector.config.TargetsConfig;
import io.nodeflame.collector.daemon.ModuleSettings;
import io.nodeflame.collector.daemon.Pipeline;
import io.nodeflame.collector.record.ProcessSelection;
import io.nodeflame.collector.record.RecordFormat;
import io.nodeflame.collector.record.Recording;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Profiles for some seconds and writes one file. */
@Command(
    name = "record",
    description = "Profile this host, or some of its processes, for a while and write one file.",
    mixinStandardHelpOptions = true)
final class RecordCommand implements Callable<Integer> {
  /** More than the daemon's: a recording is short, and somebody waits for it. */
  private static final int DEFAULT_HZ = 99;

  private final Map<String, String> env;
  private final StopSignal signal;

  @Mixin private final SamplingOptions options = new SamplingOptions();

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

  @Option(
      names = "--pod",
      paramLabel = "NAMESPACE/NAME",
      description = {
        "Only this pod of this node, also where targets excludes it;",
        "needs nodeName in FILE, or the variable NODE_NAME"
      })
  private Optional<String> pod = Optional.empty();

  @Option(
      names = "--duration",
      paramLabel = "TIME",
      description =
          "At most 1h; default: ${DEFAULT-VALUE}. It ends early, and the file is written, with"
              + " SIGINT or SIGTERM and when every --pid has ended.")
  private String duration = "30s";

  @Option(
      names = {"-o", "--output"},
      paramLabel = "FILE",
      description = {
        "Default: ${DEFAULT-VALUE}. The name's end says the format:",
        ".pb.gz: pprof; sample and period type are cpu in nanoseconds; each sample has the labels"
            + " of its target (go tool pprof -tagroot service_name)",
        "-: the same to the standard output",
        ".html: a page with a flame graph",
        ".folded: a line a stack, root;...;leaf and its CPU time in nanoseconds"
      })
  private Path output = Path.of("profile.pb.gz");

  @SuppressWarnings("NullAway.Init") // picocli sets it before any command runs
  @Spec
  private CommandSpec spec;

  RecordCommand(Map<String, String> env, StopSignal signal) {
    this.env = env;
    this.signal = signal;
  }

  @Override
  public Integer call()
      throws IOException, ConfigException, SamplerException, InterruptedException {
    signal.install();
    Duration time = checkedDuration();
    RecordFormat format =
        RecordFormat.of(output)
            .orElseThrow(
                () ->
                    options.wrong("-o " + output + ": ends in .pb.gz, .html or .folded, or is -"));
    ProcessSelection selection = selection();
    NodeflameConfig config =
        options.configure(
            env,
            DEFAULT_HZ,
            read -> {
              requireCluster(selection, read);
              return selection.isPod()
                  ? read.withTargets(TargetsConfig.EVERYTHING, read.labels())
                  : read;
            });
    Recording.requireWritable(output);
    options.requireKernel();

    int hz = config.sampling().frequencyHz();
    Recording recording = new Recording(selection.isWholeHost());
    Pipeline pipeline =
        Pipeline.start(config, env, new SampleLedger(), selection::narrow, recording);
    Instant start = Instant.now();
    Countdown.Ending ending;
    try (pipeline) {
      ending = await(time, hz, pipeline, selection);
    }
    report(ending, time);
    if (recording.isEmpty()) {
      throw new IOException("no sample was taken: " + whyEmpty(selection, pipeline));
    }
    String title = title(ending, time) + " at " + hz + " Hz";
    recording.write(
        format, output, new Recording.About(title, start, ending.length(), selection.program()));
    report(recording, hz, pipeline.counters());
    return ExitCode.GOOD;
  }

  private static String whyEmpty(ProcessSelection selection, Pipeline pipeline) {
    if (selection.isWholeHost()) {
      return "the host was idle";
    }
    return selection.isPod()
        ? selection + " does not run on this node, or was idle" + why(pipeline)
        : "the processes do not run, or were idle";
  }

  private void requireCluster(ProcessSelection selection, NodeflameConfig config) {
    if (!selection.isPod()) {
      return;
    }
    if (config.nodeName().isEmpty()) {
      throw options.wrong(
          "--pod needs a cluster: say which of its nodes this is, with nodeName in --config FILE or"
              + " with the variable NODE_NAME");
    }
    if (ModuleSettings.clusterAccess(env).isEmpty()) {
      throw options.wrong(
          "--pod needs a cluster: run in a pod with a ServiceAccount, or name a file with the"
              + " variable KUBECONFIG");
    }
  }

  private static String why(Pipeline pipeline) {
    String problem = pipeline.clusterProblem();
    return problem.isEmpty() ? "" : ": " + problem;
  }

  private Countdown.Ending await(
      Duration time, int hz, Pipeline pipeline, ProcessSelection selection)
      throws InterruptedException, IOException {
    String what = "Recording " + selection + " for " + DurationText.format(time);
    try (ProgressLine progress =
        new ProgressLine(
            spec.commandLine().getErr(), Terminal.takesProgress(env), what + " at " + hz + " Hz")) {
      MissingPodNotice notice =
          new MissingPodNotice(() -> missing(selection, pipeline), progress::say);
      return new Countdown(signal::await, selection::hasEnded, pipeline::failure, System::nanoTime)
          .await(
              time,
              passed -> {
                progress.passed(passed);
                notice.passed(passed);
              });
    }
  }

  private static String missing(ProcessSelection selection, Pipeline pipeline) {
    return selection.isPod() && !selection.isKnownTo(pipeline::knowsPod)
        ? "nodeflame: nothing to record so far: the API server has told of no "
            + selection
            + " on this node"
            + why(pipeline)
        : "";
  }

  private void report(Countdown.Ending ending, Duration time) {
    String why =
        switch (ending.reason()) {
          case TIME_OVER -> "";
          case SIGNAL -> "a signal came";
          case PROCESSES_ENDED -> "every selected process has ended";
        };
    if (!why.isEmpty()) {
      PrintWriter out = words();
      out.printf(
          "Ended early, after %s of %s: %s.%n",
          seconds(ending.length()), DurationText.format(time), why);
      out.flush();
    }
  }

  private void report(Recording recording, int hz, SamplerCounters counters) {
    PrintWriter out = words();
    out.printf("Wrote %d samples at %d Hz to %s.%n", recording.samples(), hz, output);
    if (counters.lostRing() + counters.lostScratch() > 0) {
      out.printf(
          "Of %d samples of the host %d were lost: this machine was too busy.%n",
          counters.taken() - counters.idle() - counters.outside() - counters.thinned(),
          counters.lostRing() + counters.lostScratch());
    }
    out.flush();
  }

  /** Not where the profile goes. */
  private PrintWriter words() {
    return output.equals(RecordFormat.STANDARD_OUTPUT)
        ? spec.commandLine().getErr()
        : spec.commandLine().getOut();
  }

  private Duration checkedDuration() {
    Duration time =
        DurationText.parse(duration)
            .orElseThrow(() -> options.wrong("--duration " + duration + ": such as 30s, 5m or 1h"));
    if (time.isNegative() || time.isZero() || time.compareTo(Duration.ofHours(1)) > 0) {
      throw options.wrong("--duration " + duration + ": above 0 and at most 1h");
    }
    return time;
  }

  private ProcessSelection selection() {
    try {
      return ProcessSelection.of(pids, container, pod);
    } catch (IllegalArgumentException e) {
      throw options.wrong(String.valueOf(e.getMessage()));
    }
  }

  private String title(Countdown.Ending ending, Duration time) {
    String what =
        pids.isEmpty()
            ? container
                .map(id -> "container " + id)
                .or(() -> pod.map(name -> "pod " + name))
                .orElse("this host")
            : "pid " + pids.stream().map(String::valueOf).collect(joining(", "));
    String length = DurationText.format(time);
    boolean isWhole = ending.reason() == Countdown.Reason.TIME_OVER;
    return what + ", " + (isWhole ? length : seconds(ending.length()) + " of " + length);
  }

  private static String seconds(Duration time) {
    return String.format(Locale.ROOT, "%.1f s", time.toMillis() / 1e3);
  }
}
