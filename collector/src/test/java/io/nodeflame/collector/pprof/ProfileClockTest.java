package io.nodeflame.collector.pprof;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nodeflame.collector.profile.ProfileType;
import io.nodeflame.collector.profile.SeriesLabels;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ProfileClockTest {
  private static final Instant NOON = Instant.parse("2026-08-01T12:00:00Z");
  private static final SeriesLabels SHOP = SeriesLabels.of(Map.of("service_name", "shop"));
  private static final SeriesLabels CART = SeriesLabels.of(Map.of("service_name", "cart"));

  private final ProfileClock clock = new ProfileClock(0);

  @Test
  void partsOfAWindowAreANanosecondApart() {
    assertEquals(NOON, next(SHOP, NOON));
    assertEquals(NOON.plusNanos(1), next(SHOP, NOON));
    assertEquals(NOON, next(CART, NOON));
    assertEquals(NOON.plusSeconds(15), next(SHOP, NOON.plusSeconds(15)));
  }

  @Test
  void aVisitOfTheSameMomentAfterAStepBackDiffers() {
    next(SHOP, NOON);
    next(SHOP, NOON.plusSeconds(60));
    Instant again = next(SHOP, NOON);
    assertEquals(NOON.plusNanos(1_000), again);
  }

  @Test
  void neverGivesATimeTwiceWhateverTheWallClockDoes() {
    Random random = new Random(42);
    for (int run = 0; run < 20; run++) {
      ProfileClock own = new ProfileClock();
      Set<Instant> given = new HashSet<>();
      Instant wall = NOON;
      for (int i = 0; i < 5_000; i++) {
        // Few distinct moments and many steps back, beyond the 1000 that can be told apart.
        wall = wall.plusMillis(random.nextInt(7) - 3);
        assertTrue(given.add(own.next(ProfileType.CPU, SHOP, wall)), "run " + run + " step " + i);
      }
    }
  }

  @Test
  void staysTrueToTheWallClockForManyStepsBack() {
    for (int i = 0; i < 900; i++) {
      Instant wall = NOON.minusSeconds(i);
      assertTrue(Duration.between(wall, next(SHOP, wall)).compareTo(Duration.ofMillis(1)) < 0);
    }
  }

  @Test
  void aThousandPartsRunIntoTheNextMillisecond() {
    Set<Instant> given = new HashSet<>();
    for (int i = 0; i < 2_500; i++) {
      assertTrue(given.add(next(SHOP, NOON)));
    }
    assertTrue(given.add(next(SHOP, NOON.plusMillis(1))));
    assertTrue(given.add(next(SHOP, NOON.plusMillis(3))));
  }

  private Instant next(SeriesLabels labels, Instant end) {
    return clock.next(ProfileType.CPU, labels, end);
  }
}
