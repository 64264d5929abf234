package io.nodeflame.collector.delivery;

import static io.nodeflame.collector.pprof.Profiles.frame;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nodeflame.collector.pprof.PprofEncoder;
import io.nodeflame.collector.pprof.PprofLimits;
import io.nodeflame.collector.pprof.ProfileClock;
import io.nodeflame.collector.pprof.Profiles;
import io.nodeflame.collector.profile.StackProfile;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Many more pods than the server takes series. */
class SeriesBoundTest {
  private static final int MAX_SERIES = 40;
  private static final int PODS = 200;

  private final ProfileClock clock = new ProfileClock();

  private DeliveryAccounts deliver(FakePyroscope server, int maxSeries) {
    EndpointSettings endpoint =
        new EndpointSettings(
            "main",
            server.url(),
            RequestSettings.DEFAULT,
            QueueSettings.DEFAULT.withMaxSeries(maxSeries));
    server.limitSeries(MAX_SERIES);
    EndpointQueue queue =
        new EndpointQueue(
            "main",
            new PyroscopePush(endpoint, InstantSource.system()),
            endpoint.queue(),
            clock,
            InstantSource.system());
    Instant end = Instant.now();
    try (PprofEncoder encoder = new PprofEncoder(PprofLimits.PYROSCOPE, clock)) {
      for (int i = 0; i < PODS; i++) {
        StackProfile stacks =
            new Profiles()
                .labels(Map.of("service_name", "shop", "pod", "shop-" + i))
                .end(end)
                .stack(1, frame("work"), frame("main"))
                .build();
        encoder.encode(stacks).forEach(queue::accept);
      }
    }
    queue.close(Duration.ofSeconds(60));
    return queue.snapshot();
  }

  @Test
  void everySampleArrives() throws Exception {
    try (FakePyroscope server = FakePyroscope.start()) {
      DeliveryAccounts accounts = deliver(server, MAX_SERIES);
      assertEquals(PODS, accounts.delivered().profiles(), accounts::toString);
      // Of one window and most of one series, and none took the place of another.
      assertEquals(PODS, server.stored().size());
      assertTrue(server.stored().stream().anyMatch(s -> !s.labels().containsKey("pod")));
      assertEquals(
          Map.of("main;work", PODS * Profiles.PERIOD_NANOS),
          server.collapsed(Map.of("service_name", "shop")));
    }
  }

  @Test
  void withoutTheBoundTheServerRefuses() throws Exception {
    try (FakePyroscope server = FakePyroscope.start()) {
      DeliveryAccounts accounts = deliver(server, 5000);
      assertEquals(MAX_SERIES, accounts.delivered().profiles(), accounts::toString);
      assertEquals(PODS - MAX_SERIES, accounts.dropped().get(DropReason.SERIES_LIMIT).profiles());
    }
  }
}
