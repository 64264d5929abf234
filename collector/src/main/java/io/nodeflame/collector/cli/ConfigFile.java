package io.nodeflame.collector.cli;

import io.nodeflame.collector.config.ConfigException;
import io.nodeflame.collector.config.ConfigLoader;
import io.nodeflame.collector.config.LoadedConfig;
import io.nodeflame.collector.config.NodeflameConfig;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;

/** Loads the file that a command line names. */
final class ConfigFile {
  /** Of the option {@code --config}. */
  static final String DEFAULT = "Without it: what NODEFLAME_CONFIG names, or the defaults.";

  private static final String VARIABLE = "NODEFLAME_CONFIG";

  private ConfigFile() {}

  /** The file of the option, else that of the environment. */
  static Optional<Path> named(Optional<Path> option, Map<String, String> env) {
    return option.or(
        () -> Optional.of(env.getOrDefault(VARIABLE, "")).filter(n -> !n.isEmpty()).map(Path::of));
  }

  /** As {@link #load(Optional, Map, CommandLine, UnaryOperator)} without any changes. */
  static LoadedConfig load(Optional<Path> file, Map<String, String> env, CommandLine command)
      throws IOException, ConfigException {
    return load(file, env, command, config -> config);
  }

  /**
   * @param file empty gives all defaults
   * @param command whose error output gets the warnings
   * @param changes what the command line says otherwise; the warnings are of the result
   * @throws ParameterException when there is no such file, or it is none: wrong use
   * @throws IOException when it cannot be read
   */
  static LoadedConfig load(
      Optional<Path> file,
      Map<String, String> env,
      CommandLine command,
      UnaryOperator<NodeflameConfig> changes)
      throws IOException, ConfigException {
    LoadedConfig read;
    try {
      read = file.isPresent() ? ConfigLoader.load(file.get(), env) : ConfigLoader.load("", env);
    } catch (NoSuchFileException e) {
      throw new ParameterException(command, "file " + e.getFile() + " does not exist", e);
    } catch (AccessDeniedException e) {
      throw e; // trying again as another user may help
    } catch (FileSystemException e) {
      throw new ParameterException(command, e.getFile() + ": " + e.getReason(), e);
    }
    LoadedConfig loaded = LoadedConfig.of(changes.apply(read.config()));
    loaded.warnings().forEach(warning -> command.getErr().println("warning: " + warning));
    command.getErr().flush();
    return loaded;
  }
}
