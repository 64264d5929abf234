package io.nodeflame.collector.store;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;

/**
 * A process that stores profiles of one sample until it is killed; prints after each flush how many
 * it handed over, and what the store says became of them: delivered, waiting and refused, and how
 * many can be queried. After a flush its clock moves by so many seconds as the second argument
 * says.
 */
final class StoreWriter {
  static final Instant START = Instant.parse("2026-03-01T12:00:00Z");
  static final TimeRange RANGE =
      new TimeRange(START.toEpochMilli(), START.plusSeconds(3600).toEpochMilli());

  private StoreWriter() {}

  public static void main(String[] args) throws Exception {
    StoreConfig config = new StoreConfig(Path.of(args[0]), Duration.ofHours(2), 64 << 20);
    MovableClock clock = new MovableClock(START);
    Duration step = Duration.ofSeconds(args.length > 1 ? Long.parseLong(args[1]) : 0);
    try (ProfileStore store = ProfileStore.open(config, clock)) {
      for (int i = 1; i < 60_000; i++) {
        store.accept(
            PprofFixture.encoded(
                START.plusNanos(1_000_000L * i),
                PprofFixture.service("s" + i % 5),
                "m;n" + i + " 1"));
        if (i % 25 == 0) {
          store.flush();
          System.out.println(i + " " + outcome(store.accounts()));
          clock.move(step);
        }
      }
    }
  }

  private static String outcome(StoreAccounts accounts) {
    long refused = 0;
    for (Map.Entry<DropReason, Long> dropped : accounts.droppedSamples().entrySet()) {
      refused += dropped.getKey().isRefusal() ? dropped.getValue() : 0;
    }
    return accounts.delivered().samples()
        + " "
        + accounts.waiting().samples()
        + " "
        + refused
        + " "
        + accounts.storedSamples();
  }
}
