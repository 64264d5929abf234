package io.nodeflame.collector.cli;

import io.nodeflame.bpf.PerfEventSampler;
import io.nodeflame.bpf.SamplerException;
import io.nodeflame.bpf.StackSampler;
import io.nodeflame.collector.config.ConfigException;
import io.nodeflame.collector.config.NodeflameConfig;
import io.nodeflame.collector.daemon.ModuleSettings;
import io.nodeflame.collector.doctor.Check;
import io.nodeflame.collector.doctor.ClusterChecks;
import io.nodeflame.collector.doctor.Doctor;
import io.nodeflame.collector.doctor.DoctorChecks;
import io.nodeflame.collector.doctor.DoctorJson;
import io.nodeflame.collector.doctor.DoctorReport;
import io.nodeflame.collector.doctor.DoctorText;
import io.nodeflame.collector.doctor.NodeRoots;
import io.nodeflame.discovery.cgroup.CgroupHierarchy;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.Function;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Says whether this node can be profiled, and what to do where it cannot. */
@Command(
    name = "doctor",
    description =
        "Check kernel, rights, limits, directories, cluster and endpoints; name each fix.",
    mixinStandardHelpOptions = true)
final class DoctorCommand implements Callable<Integer> {
  private static final Duration FIRST_SAMPLE_WITHIN = Duration.ofSeconds(3);
  private static final int CHECK_HZ = 99;

  private final Map<String, String> env;
  private final Function<NodeflameConfig, List<Check>> checks;

  @Option(names = "--config", paramLabel = "FILE", description = ConfigFile.DEFAULT)
  private Optional<Path> configFile = Optional.empty();

  @Option(names = "--json", description = "Print JSON.")
  private boolean json;

  @SuppressWarnings("NullAway.Init") // picocli sets it before any command runs
  @Spec
  private CommandSpec spec;

  DoctorCommand(Map<String, String> env) {
    this(env, config -> checks(config, env));
  }

  private static List<Check> checks(NodeflameConfig config, Map<String, String> env) {
    List<Check> checks = DoctorChecks.of(NodeRoots.DEFAULT, config);
    if (ModuleSettings.lacksNodeName(config, env)) {
      checks.add(ClusterChecks.nodeNameMissing());
    }
    checks.addAll(ClusterChecks.of(config.nodeName(), ModuleSettings.clusterAccess(env)));
    checks.add(new SamplerCheck(() -> startSampler(config), FIRST_SAMPLE_WITHIN));
    return checks;
  }

  private static StackSampler startSampler(NodeflameConfig config) throws SamplerException {
    Kernel.require(false);
    return PerfEventSampler.start(
        ModuleSettings.sampler(
            config.sampling().withFrequencyHz(CHECK_HZ),
            new CgroupHierarchy(2, "", Path.of("/sys/fs/cgroup"), "/")));
  }

  /**
   * @param checks which ones to run, given the configuration
   */
  DoctorCommand(Map<String, String> env, Function<NodeflameConfig, List<Check>> checks) {
    this.env = env;
    this.checks = checks;
  }

  @Override
  public Integer call() throws IOException, ConfigException {
    NodeflameConfig config =
        ConfigFile.load(ConfigFile.named(configFile, env), env, spec.commandLine()).config();
    DoctorReport report = new Doctor(checks.apply(config)).run();
    PrintWriter out = spec.commandLine().getOut();
    out.print(json ? DoctorJson.of(report) : DoctorText.of(report, Terminal.takesColors(env)));
    out.flush();
    return report.isHealthy() ? ExitCode.GOOD : ExitCode.FAILED;
  }
}
