package io.nodeflame.collector.store;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;

/** A process that stores profiles until it is killed; prints how many are safe. */
final class StoreWriter {
  static final Instant START = Instant.parse("2026-03-01T12:00:00Z");
  static final TimeRange RANGE =
      new TimeRange(START.toEpochMilli(), START.plusSeconds(3600).toEpochMilli());

  private StoreWriter() {}

  public static void main(String[] args) throws Exception {
    StoreConfig config = new StoreConfig(Path.of(args[0]), Duration.ofHours(2), 64 << 20);
    try (ProfileStore store = ProfileStore.open(config, new MovableClock(START))) {
      for (int i = 1; i < 60_000; i++) {
        store.accept(
            PprofFixture.encoded(
                START.plusNanos(1_000_000L * i),
                PprofFixture.service("s" + i % 5),
                "m;n" + i + " 1"));
        if (i % 25 == 0) {
          store.flush();
          System.out.println(i);
        }
      }
    }
  }
}
