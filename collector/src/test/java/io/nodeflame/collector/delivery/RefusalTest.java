package io.nodeflame.collector.delivery;

import static io.nodeflame.collector.pprof.Profiles.frame;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.nodeflame.collector.delivery.FakePyroscope.Answer;
import io.nodeflame.collector.pprof.PprofEncoder;
import io.nodeflame.collector.pprof.PprofLimits;
import io.nodeflame.collector.pprof.ProfileClock;
import io.nodeflame.collector.pprof.Profiles;
import io.nodeflame.collector.profile.EncodedProfile;
import io.nodeflame.collector.profile.ProfileType;
import io.nodeflame.collector.profile.SeriesLabels;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a server refuses, sent without our own checks: its answer leads to the right outcome. */
class RefusalTest {
  private static final PprofLimits NONE = new PprofLimits(1_000_000, 100 << 20, 100_000, 65_535);

  private FakePyroscope server;

  @BeforeEach
  void start() throws Exception {
    server = FakePyroscope.start();
  }

  @AfterEach
  void stop() {
    server.close();
  }

  @Test
  void labels() {
    Map<String, String> labels = new HashMap<>(Map.of("service_name", "shop"));
    for (int i = 0; i < 29; i++) {
      labels.put("label" + i, "x");
    }
    assertAnswer("DROP MAX_LABEL_NAMES_PER_SERIES", one().labels(labels));
    labels.remove("label3");
    assertAnswer("DELIVERED INTERNAL", one().labels(labels));
    assertAnswer(
        "DROP LABEL_VALUE_TOO_LONG", one().labels(Map.of("service_name", "x".repeat(2049))));
    assertAnswer(
        "DROP LABEL_NAME_TOO_LONG",
        one().labels(Map.of("service_name", "shop", "n".repeat(1025), "x")));
  }

  @Test
  void times() {
    Instant now = Instant.now();
    String refused = "DROP NOT_IN_INGESTION_WINDOW";
    assertAnswer(refused, one().end(now.minus(Duration.ofMinutes(61))));
    assertAnswer(refused, one().end(now.plus(Duration.ofMinutes(11))));
    assertAnswer("DELIVERED INTERNAL", one().end(now.minus(Duration.ofMinutes(59))));
  }

  @Test
  void sizes() {
    Profiles many = new Profiles().end(Instant.now());
    for (int i = 0; i < 16_001; i++) {
      many.stack(1, frame("f" + i));
    }
    assertAnswer("SPLIT SAMPLES_LIMIT", many);
    Profiles large = new Profiles().end(Instant.now());
    for (int i = 0; i < 40; i++) {
      large.stack(1, frame(("f" + i).repeat(20_000)));
    }
    assertAnswer("RETRY RATE_LIMITED", large);
    Profiles deep = new Profiles().end(Instant.now());
    deep.stack(1, java.util.Collections.nCopies(1_001, frame("f")));
    assertAnswer("DROP REFUSED", deep);
  }

  @Test
  void whatIsNoProfile() {
    for (byte[] bytes : new byte[][] {{1, 2, 3}, {0x1f, (byte) 0x8b, 8, 0}}) {
      EncodedProfile garbage =
          new EncodedProfile(
              ProfileType.CPU,
              SeriesLabels.of(Map.of("service_name", "shop")),
              Instant.now(),
              bytes,
              bytes.length,
              1);
      assertAnswer("RETRY MALFORMED_PROFILE", server.url(), garbage);
    }
  }

  @Test
  void wrongAddressAndGateways() {
    EncodedProfile good = encode(one());
    assertAnswer("DROP NOT_FOUND", URI.create(server.url() + "/grafana/"), good);
    server.answerAlways(Answer.error(401, "unauthenticated", "no org id"));
    assertAnswer("DROP UNAUTHENTICATED", server.url(), good);
    server.answerAlways(Answer.error(501, "unimplemented", "unknown compression"));
    assertAnswer("DROP UNSUPPORTED", server.url(), good);
    server.answerAlways(
        Answer.error(429, "resource_exhausted", "message size 9 is larger than configured max 8"));
    assertAnswer("DROP BODY_SIZE_LIMIT_EXCEEDED", server.url(), good);
    server.answerAlways(
        Answer.error(
            429,
            "resource_exhausted",
            "limit of 1 GB/day reached, next reset at 2030-01-01T00:00:00Z"));
    assertAnswer("DROP INGEST_LIMIT_REACHED", server.url(), good);
    server.answerAlways(Answer.plain(413, "too large"));
    assertAnswer("SPLIT BODY_SIZE_LIMIT_EXCEEDED", server.url(), good);
    server.answerAlways(Answer.error(504, "deadline_exceeded", "slow"));
    assertAnswer("RETRY NOT_IN_INGESTION_WINDOW", server.url(), good);
  }

  private static Profiles one() {
    return new Profiles().end(Instant.now()).stack(1, frame("work"));
  }

  private void assertAnswer(String expected, Profiles profiles) {
    assertAnswer(expected, server.url(), encode(profiles));
  }

  private static void assertAnswer(String expected, URI url, EncodedProfile profile) {
    PyroscopePush push =
        new PyroscopePush(EndpointSettings.of("main", url), InstantSource.system());
    PushResult result = push.push(profile);
    assertEquals(expected, result.outcome() + " " + result.reason(), result.detail());
  }

  private static EncodedProfile encode(Profiles profiles) {
    try (PprofEncoder encoder = new PprofEncoder(NONE, new ProfileClock())) {
      List<EncodedProfile> parts = encoder.encode(profiles.build());
      return parts.get(0);
    }
  }
}
