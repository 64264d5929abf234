package io.nodeflame.collector.config;

import org.snakeyaml.engine.v2.api.Dump;
import org.snakeyaml.engine.v2.api.DumpSettings;
import org.snakeyaml.engine.v2.common.FlowStyle;

/** Writes the effective configuration: every key, also those that nobody set. */
public final class ConfigPrinter {
  private ConfigPrinter() {}

  /**
   * YAML that loads again to the same configuration, given the same environment. A secret appears
   * as its file or as the variables it came from. One that was written out in the file appears as a
   * mask, which the loader refuses, so that a mask is never taken for a password.
   */
  public static String print(NodeflameConfig config) {
    DumpSettings settings =
        DumpSettings.builder()
            .setDefaultFlowStyle(FlowStyle.BLOCK)
            .setSplitLines(false)
            .setIndicatorIndent(2)
            .setIndentWithIndicator(true)
            .build();
    return new Dump(settings).dumpToString(config.print().entries());
  }
}
