package io.nodeflame.collector.cli;

import io.nodeflame.bpf.SamplerException;
import io.nodeflame.collector.config.ConfigException;
import io.nodeflame.collector.config.EndpointConfig;
import io.nodeflame.collector.config.ListenAddress;
import io.nodeflame.collector.config.NodeflameConfig;
import io.nodeflame.collector.config.SamplingConfig;
import io.nodeflame.collector.daemon.ConfigReload;
import io.nodeflame.collector.daemon.Daemon;
import io.nodeflame.collector.daemon.SampleAccounts;
import io.nodeflame.collector.daemon.SinkAccounts;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.StringJoiner;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** The daemon: profiles this node until it is told to stop. */
@Command(
    name = "run",
    description = "Profile this node until SIGTERM or SIGINT.",
    mixinStandardHelpOptions = true)
final class RunCommand implements Callable<Integer> {
  private static final Duration LOOK_INTERVAL = Duration.ofSeconds(10);

  /** Two minutes: longer than a process is stopped, or starved, and goes on by itself. */
  private static final int MAX_FAILING_LOOKS = 12;

  private final Map<String, String> env;
  private final StopSignal signal;

  @Mixin private final SamplingOptions options = new SamplingOptions();

  @Option(
      names = "--pyroscope",
      paramLabel = "URL",
      description = "Push there instead of to the configured endpoints.")
  private Optional<URI> pyroscope = Optional.empty();

  @Option(
      names = "--listen",
      paramLabel = "ADDRESS",
      description = "Listen there instead of on server.listen: HOST:PORT, [IPv6]:PORT or :PORT.")
  private Optional<String> listen = Optional.empty();

  @SuppressWarnings("NullAway.Init") // picocli sets it before any command runs
  @Spec
  private CommandSpec spec;

  RunCommand(Map<String, String> env, StopSignal signal) {
    this.env = env;
    this.signal = signal;
  }

  @Override
  public Integer call()
      throws IOException, ConfigException, SamplerException, InterruptedException {
    signal.install();
    NodeflameConfig config =
        options.configure(env, SamplingConfig.DEFAULT.frequencyHz(), this::override);
    options.requireKernel();
    Daemon daemon = Daemon.start(config, env, ProgramVersion.read());
    String wrong;
    try (daemon) {
      greet(config, daemon);
      Optional<ConfigReload> reload =
          options.configFile(env).map(file -> reload(file, config, daemon));
      try {
        wrong = awaitEnd(daemon);
      } finally {
        reload.ifPresent(ConfigReload::close);
      }
    }
    farewell(daemon);
    if (!wrong.isEmpty()) {
      throw new IOException(wrong);
    }
    return ExitCode.GOOD;
  }

  /**
   * Until a signal, or until nothing is profiled any more: who starts it may start it again.
   *
   * @return what is wrong; empty after a signal while all was well
   */
  private String awaitEnd(Daemon daemon) throws InterruptedException {
    int failingLooks = 0;
    while (!signal.await(LOOK_INTERVAL)) {
      if (!daemon.deadThread().isEmpty()) {
        return daemon.deadThread();
      }
      failingLooks = daemon.failure().isEmpty() ? 0 : failingLooks + 1;
      if (failingLooks == MAX_FAILING_LOOKS) {
        return daemon.failure();
      }
    }
    return daemon.deadThread();
  }

  private ConfigReload reload(Path file, NodeflameConfig config, Daemon daemon) {
    ConfigReload reload =
        ConfigReload.start(
            file, config, content -> options.configure(content, env, this::override), daemon);
    HangupSignal.handle(reload::ask);
    return reload;
  }

  private NodeflameConfig override(NodeflameConfig config) {
    NodeflameConfig changed = config;
    try {
      if (pyroscope.isPresent()) {
        changed = changed.withPyroscope(List.of(EndpointConfig.of("main", pyroscope.get())));
      }
      if (listen.isPresent()) {
        ListenAddress address = ListenAddress.of("--listen", listen.get());
        changed = changed.withServer(changed.server().withListen(address));
      }
      return changed;
    } catch (IllegalArgumentException e) {
      throw options.wrong(String.valueOf(e.getMessage()));
    }
  }

  private void greet(NodeflameConfig config, Daemon daemon) {
    PrintWriter out = spec.commandLine().getOut();
    String host = config.server().listen().host();
    String shown = host.isEmpty() ? "localhost" : host.contains(":") ? "[" + host + "]" : host;
    String url = "http://" + shown + ":" + daemon.port() + "/";
    out.printf("Profiling this host at %d Hz.%n", config.sampling().frequencyHz());
    for (EndpointConfig endpoint : config.pyroscope()) {
      out.printf("Pushing to %s.%n", endpoint.url());
    }
    if (config.store().enabled()) {
      out.printf("Flame graph: %s%n", url);
    } else {
      out.printf("Metrics: %smetrics%n", url);
    }
    if (!config.store().enabled() && config.pyroscope().isEmpty()) {
      out.println("Neither an endpoint nor the local store is configured: profiles go nowhere.");
    }
    out.flush();
  }

  private void farewell(Daemon daemon) {
    SampleAccounts accounts = daemon.accounts();
    PrintWriter out = spec.commandLine().getOut();
    out.printf(
        "Stopped. Samples taken %d, idle %d, outside %d, thinned %d, lost %d, dropped %d.%n",
        accounts.kernel().taken(),
        accounts.kernel().idle(),
        accounts.kernel().outside(),
        accounts.kernel().thinned(),
        accounts.lostInKernel(),
        accounts.balance().droppedTotal());
    for (SinkAccounts sink : accounts.sinks()) {
      out.printf(
          "%s: delivered %d, dropped %d%s.%n",
          sink.name(), sink.delivered().samples(), sink.droppedTotal(), reasons(sink));
    }
    out.flush();
  }

  private static String reasons(SinkAccounts sink) {
    StringJoiner reasons = new StringJoiner(", ", " (", ")").setEmptyValue("");
    sink.droppedSamples()
        .forEach(
            (reason, samples) -> {
              if (samples > 0) {
                reasons.add(reason + " " + samples);
              }
            });
    return reasons.toString();
  }
}
