package io.nodeflame.collector.account;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class SampleLedgerTest {
  private final SampleLedger ledger = new SampleLedger();

  @Test
  void whatIsNeitherDroppedNorHandedOverWaits() {
    ledger.drained(10);
    ledger.dropped(DropReason.EXCLUDED, 2);
    assertTrue(ledger.handOver(5));
    assertEquals(3, ledger.balance().waiting());
    assertEquals(2, ledger.balance().droppedTotal());
  }

  @Test
  void theEndLeavesNothingWaitingAndTakesNothingMore() {
    ledger.drained(10);
    assertTrue(ledger.handOver(5));
    ledger.end();
    ledger.end();
    assertEquals(5, ledger.balance().dropped().get(DropReason.SHUTDOWN));
    // What a thread that did not end in time still does:
    assertFalse(ledger.handOver(3));
    ledger.dropped(DropReason.EXCLUDED, 1);
    ledger.drained(4);
    assertEquals(9, ledger.balance().dropped().get(DropReason.SHUTDOWN));
    assertEquals(0, ledger.balance().waiting());
    assertEquals(5, ledger.balance().handedOver());
  }
}
