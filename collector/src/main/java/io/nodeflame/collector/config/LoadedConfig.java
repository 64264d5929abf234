package io.nodeflame.collector.config;

import java.util.List;

/**
 * A configuration that is good.
 *
 * @param warnings what is set and changes nothing yet, or less than one might think; each one line
 */
public record LoadedConfig(NodeflameConfig config, List<String> warnings) {
  public LoadedConfig {
    warnings = List.copyOf(warnings);
  }

  /** With what there is to say of it. */
  public static LoadedConfig of(NodeflameConfig config) {
    return new LoadedConfig(config, Warnings.of(config));
  }
}
