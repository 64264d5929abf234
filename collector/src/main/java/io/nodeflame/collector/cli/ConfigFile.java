package io.nodeflame.collector.cli;

import io.nodeflame.collector.config.ConfigException;
import io.nodeflame.collector.config.ConfigLoader;
import io.nodeflame.collector.config.LoadedConfig;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;

/** Loads the file that a command line names. */
final class ConfigFile {
  private ConfigFile() {}

  /**
   * @param file empty gives all defaults
   * @param command whose error output gets the warnings
   * @throws ParameterException when there is no such file: wrong use
   * @throws IOException when it cannot be read
   */
  static LoadedConfig load(Optional<Path> file, Map<String, String> env, CommandLine command)
      throws IOException, ConfigException {
    LoadedConfig loaded;
    try {
      loaded = file.isPresent() ? ConfigLoader.load(file.get(), env) : ConfigLoader.load("", env);
    } catch (NoSuchFileException e) {
      throw new ParameterException(command, "file " + e.getFile() + " does not exist", e);
    }
    loaded.warnings().forEach(warning -> command.getErr().println("warning: " + warning));
    command.getErr().flush();
    return loaded;
  }
}
