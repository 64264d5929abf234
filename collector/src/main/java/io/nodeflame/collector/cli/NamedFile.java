package io.nodeflame.collector.cli;

import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** A configuration file, named as the argument or with {@code --config}: people try either. */
final class NamedFile {
  @Parameters(arity = "0..1", paramLabel = "FILE", description = "The configuration file.")
  private Optional<Path> argument = Optional.empty();

  @Option(names = "--config", paramLabel = "FILE", description = "The same.")
  private Optional<Path> option = Optional.empty();

  @SuppressWarnings("NullAway.Init") // picocli sets it before any command runs
  @Spec(Spec.Target.MIXEE)
  private CommandSpec command;

  /** Empty when neither the command line nor the environment names it. */
  Optional<Path> path(Map<String, String> env) {
    if (argument.isPresent() && option.isPresent()) {
      throw wrong("FILE and --config FILE are the same: give one of them");
    }
    return ConfigFile.named(argument.or(() -> option), env);
  }

  Path require(Map<String, String> env) {
    return path(env).orElseThrow(() -> wrong("FILE is missing"));
  }

  private ParameterException wrong(String what) {
    return new ParameterException(command.commandLine(), what);
  }
}
