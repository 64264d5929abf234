package io.nodeflame.collector.config;

import java.nio.file.Path;
import java.time.Duration;

/**
 * The local store behind the web page.
 *
 * @param retention older profiles are deleted
 * @param maxSizeBytes oldest profiles are deleted to stay below it
 */
public record StoreConfig(boolean enabled, Path dir, Duration retention, long maxSizeBytes) {
  private static final Rule<Duration> RETENTION =
      Rules.duration(Duration.ofMinutes(1), Duration.ofDays(30));
  private static final Rule<Long> MAX_SIZE = Rules.bytes(1L << 20, 1L << 40);

  public static final StoreConfig DEFAULT =
      new StoreConfig(false, Path.of("/var/lib/nodeflame/store"), Duration.ofHours(6), 1L << 30);

  public StoreConfig {
    Rules.DIRECTORY.require("store.dir", dir);
    RETENTION.require("store.retention", retention);
    MAX_SIZE.require("store.maxSize", maxSizeBytes);
  }

  static StoreConfig read(Section section) {
    StoreConfig config =
        new StoreConfig(
            section.value("enabled", DEFAULT.enabled, Rules.FLAG),
            section.value("dir", DEFAULT.dir, Rules.DIRECTORY),
            section.value("retention", DEFAULT.retention, RETENTION),
            section.value("maxSize", DEFAULT.maxSizeBytes, MAX_SIZE));
    section.refuseOtherKeys();
    return config;
  }

  PrintedSection print() {
    return new PrintedSection()
        .flag("enabled", enabled)
        .text("dir", dir.toString())
        .text("retention", DurationText.format(retention))
        .text("maxSize", ByteSizeText.format(maxSizeBytes));
  }
}
