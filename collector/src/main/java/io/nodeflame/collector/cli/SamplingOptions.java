package io.nodeflame.collector.cli;

import io.nodeflame.bpf.SamplerException;
import io.nodeflame.collector.config.ConfigException;
import io.nodeflame.collector.config.ConfigLoader;
import io.nodeflame.collector.config.LoadedConfig;
import io.nodeflame.collector.config.NodeflameConfig;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.UnaryOperator;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** What every command that samples takes. */
final class SamplingOptions {
  @Option(names = "--config", paramLabel = "FILE", description = ConfigFile.DEFAULT)
  private Optional<Path> configFile = Optional.empty();

  @Option(
      names = "--frequency",
      paramLabel = "HZ",
      description =
          "Samples per second and CPU, 1 to 1000. Without it: sampling.frequencyHz of FILE;"
              + " without --config 19 for run, 99 for record.")
  private Optional<Integer> frequencyHz = Optional.empty();

  @Option(
      names = "--allow-unsafe-kernel",
      description = "Run on a kernel that is refused because sampling may freeze it.")
  private boolean allowUnsafeKernel;

  @SuppressWarnings("NullAway.Init") // picocli sets it before any command runs
  @Spec(Spec.Target.MIXEE)
  private CommandSpec command;

  /**
   * The configuration with what the command line says; its warnings are printed.
   *
   * @param hzWithoutFile the frequency when neither the command line nor a file has one
   * @param more what other options change
   */
  NodeflameConfig configure(
      Map<String, String> env, int hzWithoutFile, UnaryOperator<NodeflameConfig> more)
      throws IOException, ConfigException {
    Optional<Path> file = configFile(env);
    return ConfigFile.load(
            file,
            env,
            command.commandLine(),
            config ->
                more.apply(
                    withFrequency(
                        config,
                        file.isPresent() ? OptionalInt.empty() : OptionalInt.of(hzWithoutFile))))
        .config();
  }

  /** The file that the command line names, or the environment. */
  Optional<Path> configFile(Map<String, String> env) {
    return ConfigFile.named(configFile, env);
  }

  /** As {@link #configure}, of what the file holds by now; its warnings are in the answer. */
  LoadedConfig configure(
      byte[] content, Map<String, String> env, UnaryOperator<NodeflameConfig> more)
      throws ConfigException {
    NodeflameConfig read = ConfigLoader.load(content, env).config();
    return LoadedConfig.of(more.apply(withFrequency(read, OptionalInt.empty())));
  }

  private NodeflameConfig withFrequency(NodeflameConfig config, OptionalInt hzWithoutFile) {
    int hz = frequencyHz.orElse(hzWithoutFile.orElse(config.sampling().frequencyHz()));
    try {
      return config.withSampling(config.sampling().withFrequencyHz(hz));
    } catch (IllegalArgumentException e) {
      throw wrong("--frequency " + hz + ": " + e.getMessage());
    }
  }

  /**
   * Returns when this kernel and this process can sample, and says what stays without names.
   *
   * @throws SamplerException with the reason why not
   */
  void requireKernel() throws SamplerException {
    Kernel.require(allowUnsafeKernel);
    Kernel.warnOfLosses(command.commandLine().getErr());
  }

  /** The exception for a mistake in the command line. */
  ParameterException wrong(String what) {
    return new ParameterException(command.commandLine(), what);
  }
}
