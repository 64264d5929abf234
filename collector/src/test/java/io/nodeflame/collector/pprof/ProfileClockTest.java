package io.nodeflame.collector.pprof;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ProfileClockTest {
  private static final Instant NOON = Instant.parse("2026-08-01T12:00:00Z");
  private static final int ROUND = 1_000_000;

  private final ProfileClock clock = new ProfileClock(0);

  @Test
  void profilesOfAWindowAreANanosecondApart() {
    assertEquals(NOON, clock.next(NOON));
    assertEquals(NOON.plusNanos(1), clock.next(NOON));
    assertEquals(NOON.plusSeconds(15).plusNanos(2), clock.next(NOON.plusSeconds(15)));
  }

  @Test
  void aVisitOfTheSameMomentAfterAStepBackDiffers() {
    clock.next(NOON);
    clock.next(NOON.plusSeconds(60));
    assertEquals(NOON.plusNanos(2), clock.next(NOON));
  }

  @Test
  void theCountStaysWithinItsMillisecond() {
    ProfileClock last = new ProfileClock(ROUND - 1);
    assertEquals(NOON.plusNanos(ROUND - 1), last.next(NOON));
    assertEquals(NOON, last.next(NOON));
  }

  @Test
  void neverGivesATimeTwiceWhateverTheWallClockDoes() {
    Random random = new Random(42);
    for (int run = 0; run < 20; run++) {
      ProfileClock own = new ProfileClock();
      Set<Instant> given = new HashSet<>();
      Instant wall = NOON;
      for (int i = 0; i < 5_000; i++) {
        // Few distinct moments, each visited many times.
        wall = wall.plusMillis(random.nextInt(7) - 3);
        assertTrue(given.add(own.next(wall)), "run " + run + " step " + i);
      }
    }
  }

  @Test
  void staysTrueToTheWallClockForManyStepsBack() {
    for (int i = 0; i < 5_000; i++) {
      Instant wall = NOON.minusSeconds(i);
      assertTrue(Duration.between(wall, clock.next(wall)).compareTo(Duration.ofMillis(1)) < 0);
    }
  }
}
