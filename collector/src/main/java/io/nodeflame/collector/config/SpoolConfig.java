package io.nodeflame.collector.config;

import java.nio.file.Path;
import java.time.Duration;

/**
 * Where profiles wait on disk while an endpoint is away.
 *
 * @param maxSizeBytes 0 turns the spool off
 * @param maxAge older profiles are dropped: Pyroscope takes nothing older than an hour
 */
public record SpoolConfig(Path dir, long maxSizeBytes, Duration maxAge) {
  private static final Rule<Long> MAX_SIZE = Rules.bytes(0, 1L << 40);
  private static final Rule<Duration> MAX_AGE =
      Rules.duration(Duration.ofMinutes(1), Duration.ofMinutes(55));

  public static final SpoolConfig DEFAULT =
      new SpoolConfig(Path.of("/var/lib/nodeflame/spool"), 256L << 20, Duration.ofMinutes(55));

  public SpoolConfig {
    Rules.DIRECTORY.require("spool.dir", dir);
    MAX_SIZE.require("spool.maxSize", maxSizeBytes);
    MAX_AGE.require("spool.maxAge", maxAge);
  }

  static SpoolConfig read(Section section) {
    SpoolConfig config =
        new SpoolConfig(
            section.value("dir", DEFAULT.dir, Rules.DIRECTORY),
            section.value("maxSize", DEFAULT.maxSizeBytes, MAX_SIZE),
            section.value("maxAge", DEFAULT.maxAge, MAX_AGE));
    section.refuseOtherKeys();
    return config;
  }

  PrintedSection print() {
    return new PrintedSection()
        .text("dir", dir.toString())
        .text("maxSize", ByteSizeText.format(maxSizeBytes))
        .text("maxAge", DurationText.format(maxAge));
  }
}
