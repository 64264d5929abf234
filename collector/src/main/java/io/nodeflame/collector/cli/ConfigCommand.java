package io.nodeflame.collector.cli;

import io.nodeflame.collector.config.ConfigException;
import io.nodeflame.collector.config.ConfigPrinter;
import io.nodeflame.collector.config.LoadedConfig;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Checks and shows the configuration without starting anything. */
@Command(
    name = "config",
    description = "Check or print the configuration.",
    mixinStandardHelpOptions = true)
final class ConfigCommand implements Runnable {
  private final Map<String, String> env;

  @SuppressWarnings("NullAway.Init") // picocli sets it before any command runs
  @Spec
  private CommandSpec spec;

  ConfigCommand(Map<String, String> env) {
    this.env = env;
  }

  @Command(
      name = "check",
      description = "Say everything that is wrong with a file; exit code 2 if anything is.",
      mixinStandardHelpOptions = true)
  int check(@Mixin NamedFile named) throws IOException, ConfigException {
    Path file = named.require(env);
    ConfigFile.load(Optional.of(file), env, spec.commandLine());
    PrintWriter out = spec.commandLine().getOut();
    out.println(file + " is good");
    out.flush();
    return ExitCode.GOOD;
  }

  @Command(
      name = "print",
      description =
          "Print the effective configuration, secrets masked; without FILE that of NODEFLAME_CONFIG,"
              + " or the defaults.",
      mixinStandardHelpOptions = true)
  int print(@Mixin NamedFile named) throws IOException, ConfigException {
    LoadedConfig loaded = ConfigFile.load(named.path(env), env, spec.commandLine());
    PrintWriter out = spec.commandLine().getOut();
    out.print(ConfigPrinter.print(loaded.config()));
    out.flush();
    return ExitCode.GOOD;
  }

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "check or print is missing");
  }
}
