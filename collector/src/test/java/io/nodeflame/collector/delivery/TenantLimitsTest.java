package io.nodeflame.collector.delivery;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class TenantLimitsTest {
  private final TenantLimits limits = new TenantLimits();

  @Test
  void aLimitIsOfOneTenant() {
    limits.limit("a", 100);
    assertEquals(60, limits.nanosUntilOpen("a", 40));
    assertEquals(0, limits.nanosUntilOpen("b", 40));
    limits.limit("a", 200);
    assertEquals(2, limits.inARow("a"));
    assertEquals(0, limits.inARow("b"));
    limits.pass("a");
    assertEquals(0, limits.inARow("a"));
    assertEquals(0, limits.nanosUntilOpen("a", 40));
  }

  @Test
  void aQuotaEndsWithItsTime() {
    limits.limit("a", 100);
    limits.useUp("a", 200);
    assertTrue(limits.isUsedUp("a", 199));
    assertFalse(limits.isUsedUp("a", 200));
    assertFalse(limits.isUsedUp("b", 199));
    assertEquals(0, limits.inARow("a"));
    assertEquals(0, limits.nanosUntilOpen("a", 100)); // what waits already is tried
  }

  @Test
  void whatIsLongOverIsForgotten() {
    limits.limit("a", 100);
    limits.expire(100 + TimeUnit.MINUTES.toNanos(5));
    assertEquals(1, limits.inARow("a"));
    limits.expire(101 + TimeUnit.MINUTES.toNanos(5));
    assertEquals(0, limits.inARow("a"));
  }

  @Test
  void isBounded() {
    for (int i = 0; i < 10_000; i++) {
      limits.limit("tenant" + i, 100);
    }
    int kept = 0;
    for (int i = 0; i < 10_000; i++) {
      kept += limits.inARow("tenant" + i);
    }
    assertTrue(kept > 0 && kept <= 4096, "kept " + kept);
    assertEquals(1, limits.inARow("tenant9999"));
  }
}
