package io.nodeflame.collector.delivery;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nodeflame.collector.profile.EncodedProfile;
import io.nodeflame.collector.profile.ProfileType;
import io.nodeflame.collector.profile.SeriesLabels;
import java.time.Instant;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class SeriesGuardTest {
  private final LogLines lines = new LogLines();
  private long now = TimeUnit.DAYS.toNanos(3);
  private final ErrorLog log = new ErrorLog(lines, "main", () -> now);

  private SeriesGuard guard(int maxSeries) {
    return guard(maxSeries, "");
  }

  private SeriesGuard guard(int maxSeries, String tenantLabel) {
    ServerLimits limits = ServerLimits.PYROSCOPE.withMaxSeries(maxSeries);
    return new SeriesGuard(limits, tenantLabel, log, () -> now);
  }

  private static EncodedProfile profile(Map<String, String> labels) {
    return new EncodedProfile(
        ProfileType.CPU, SeriesLabels.of(labels), Instant.EPOCH, new byte[] {1}, 1, 1);
  }

  /** Of a pod with everything. */
  private static EncodedProfile pod(int number) {
    return profile(
        Map.ofEntries(
            Map.entry("service_name", "shop"),
            Map.entry("namespace", "web"),
            Map.entry("node", "n1"),
            Map.entry("workload_kind", "Job"),
            Map.entry("workload_name", "shop"),
            Map.entry("cluster", "eu"),
            Map.entry("team", "a"),
            Map.entry("service_version", "1." + number),
            Map.entry("pod", "shop-" + number),
            Map.entry("container", "main")));
  }

  private static Set<String> names(EncodedProfile profile) {
    return profile.labels().asMap().keySet();
  }

  @Test
  void belowTheBoundNothingIsTouched() {
    SeriesGuard guard = guard(100);
    for (int i = 0; i < 80; i++) {
      EncodedProfile given = pod(i);
      assertSame(given, guard.fit(given));
    }
    assertEquals(
        new SeriesAccounts(
            80, Map.of("extra", 0L, "service_version", 0L, "pod", 0L, "container", 0L), 0),
        guard.snapshot());
    assertTrue(lines.said.isEmpty());
  }

  @Test
  void labelsGoInTheirOrderAndTheOthersNever() {
    SeriesGuard guard = guard(100);
    guard.keep(Set.of("cluster"));
    TreeMap<Integer, Set<String>> lost = new TreeMap<>();
    for (int i = 0; i < 300; i++) {
      EncodedProfile given = pod(i);
      EncodedProfile fitted = guard.fit(given);
      Set<String> missing = new HashSet<>(names(given));
      missing.removeAll(names(fitted));
      lost.put(i, missing);
      assertSame(given.gzippedPprof(), fitted.gzippedPprof());
      assertEquals(given.time(), fitted.time());
    }
    for (int i = 0; i < 300; i++) {
      Set<String> expected =
          i < 80
              ? Set.of()
              : i < 84
                  ? Set.of("team")
                  : i < 88
                      ? Set.of("team", "service_version")
                      : Set.of("team", "service_version", "pod");
      assertEquals(expected, lost.get(i), "pod " + i);
    }
    SeriesAccounts accounts = guard.snapshot();
    assertEquals(89, accounts.series());
    assertEquals(
        Map.of("extra", 220L, "service_version", 216L, "pod", 212L, "container", 0L),
        accounts.droppedLabels());
    assertEquals(0, accounts.beyondBound());
  }

  @Test
  void aSeriesThatIsThereStaysAsItIs() {
    SeriesGuard guard = guard(100);
    EncodedProfile first = pod(0);
    for (int i = 0; i < 300; i++) {
      guard.fit(pod(i));
    }
    for (int hours = 0; hours < 3; hours++) {
      now += TimeUnit.MINUTES.toNanos(59);
      assertSame(first, guard.fit(first));
    }
  }

  @Test
  void anHourLaterThereIsRoomAgain() {
    SeriesGuard guard = guard(100);
    for (int i = 0; i < 300; i++) {
      guard.fit(pod(i));
    }
    now += TimeUnit.MINUTES.toNanos(61);
    assertEquals(0, guard.snapshot().series());
    EncodedProfile late = pod(1_000);
    assertSame(late, guard.fit(late));
  }

  @Test
  void podsThatComeAndGoNeverPassTheBound() {
    SeriesGuard guard = guard(50);
    int most = 0;
    for (int i = 0; i < 20_000; i++) {
      now += TimeUnit.SECONDS.toNanos(5);
      guard.fit(pod(i));
      most = Math.max(most, guard.snapshot().series());
    }
    assertTrue(most >= 40 && most <= 50, "at most " + most);
    assertEquals(0, guard.snapshot().beyondBound());
  }

  @Test
  void whatFindsNoPlaceIsSentAllTheSameAndCounted() {
    SeriesGuard guard = guard(10);
    for (int i = 0; i < 25; i++) {
      EncodedProfile fitted =
          guard.fit(profile(Map.of("service_name", "s" + i, "pod", "p", "container", "c")));
      assertEquals("s" + i, fitted.labels().serviceName());
    }
    SeriesAccounts accounts = guard.snapshot();
    assertEquals(10, accounts.series());
    assertEquals(15, accounts.beyondBound());
    assertTrue(
        lines.said.contains(
            "endpoint main: too many series: a profile of s10 is sent without labels of kind pod,"
                + " container and may be refused by the server all the same: within an hour there"
                + " were 10 series, all that maxSeries of this endpoint allows"),
        lines.said::toString);
  }

  @Test
  void theLabelOfTheTenantStays() {
    SeriesGuard guard = guard(10, "team");
    for (int i = 0; i < 100; i++) {
      assertTrue(names(guard.fit(pod(i))).contains("team"));
    }
  }

  @Test
  void tooManyNamesCostTheLastExtrasFirst() {
    SeriesGuard guard = guard(100);
    TreeMap<String, String> labels = new TreeMap<>(pod(1).labels().asMap());
    for (int i = 10; i < 34; i++) {
      labels.put("extra" + i, "x");
    }
    EncodedProfile fitted = guard.fit(profile(labels)); // 34, and __name__
    TreeMap<String, String> expected = new TreeMap<>(labels);
    Set.of("team", "extra33", "extra32", "extra31", "extra30").forEach(expected.keySet()::remove);
    assertEquals(expected, fitted.labels().asMap());
    assertEquals(1, guard.snapshot().droppedLabels().get("extra"));
    assertEquals(
        "endpoint main: labels dropped, too many names: a profile of shop is sent without labels"
            + " of kind extra: it has 34 labels, more than the server takes: set fewer, such as"
            + " labels.podLabels",
        lines.said.get(0));
  }

  @Test
  void isSaidOnceAMinuteForEachKind() {
    SeriesGuard guard = guard(100);
    for (int i = 0; i < 300; i++) {
      guard.fit(pod(i));
    }
    assertEquals(3, lines.said.size());
    assertEquals(
        "endpoint main: labels dropped, many series: a profile of shop is sent without labels of"
            + " kind extra: within an hour there were 81 series of at most 100: set fewer labels,"
            + " or raise maxSeries of this endpoint if the server takes more",
        lines.said.get(0));
    now += TimeUnit.MINUTES.toNanos(1);
    guard.fit(pod(300));
    assertEquals(4, lines.said.size());
    assertTrue(lines.said.get(3).endsWith("(211 more like it since)"), lines.said.get(3));
  }
}
