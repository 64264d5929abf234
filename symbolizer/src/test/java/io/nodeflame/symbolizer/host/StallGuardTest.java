package io.nodeflame.symbolizer.host;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class StallGuardTest {
  private static void never() {
    throw new AssertionError("nothing was left behind");
  }

  private final StallGuard patient = new StallGuard("reads", Duration.ofSeconds(50));
  private final StallGuard hasty = new StallGuard("reads", Duration.ofSeconds(1));

  /** Let go by the test; a page that comes back. */
  private final CountDownLatch page = new CountDownLatch(1);

  @AfterEach
  void close() {
    page.countDown();
    patient.close();
    hasty.close();
  }

  /** As the kernel waits: an interrupt does not end it. */
  private String waitForPage() {
    while (true) {
      try {
        page.await();
        return "late";
      } catch (InterruptedException e) {
        // goes on
      }
    }
  }

  @Test
  void readsInOneOtherThread() throws IOException {
    Thread first = patient.call(Thread::currentThread, StallGuardTest::never);
    assertNotSame(Thread.currentThread(), first);
    assertSame(first, patient.call(Thread::currentThread, StallGuardTest::never));
    assertTrue(first.isDaemon());
  }

  @Test
  void aThreadThatGetsNoCpuIsWaitedFor() throws IOException {
    StallGuard impatient = new StallGuard("reads", Duration.ofMillis(20));
    // Busy for several times the patience, and never waiting.
    String read =
        impatient.call(
            () -> {
              long end = System.nanoTime() + 70_000_000;
              while (System.nanoTime() < end) {
                Thread.onSpinWait();
              }
              return "late";
            },
            StallGuardTest::never);
    assertEquals("late", read);
    impatient.close();
  }

  @Test
  void failuresAreTheReads() {
    IOException failure = new IOException("unmapped");
    assertSame(
        failure,
        assertThrows(
            IOException.class,
            () ->
                patient.call(
                    () -> {
                      throw failure;
                    },
                    StallGuardTest::never)));
    assertThrows(
        IllegalStateException.class,
        () ->
            patient.call(
                () -> {
                  throw new IllegalStateException();
                },
                StallGuardTest::never));
  }

  @Test
  void aReadThatDoesNotEndIsLeftBehind() throws Exception {
    CountDownLatch back = new CountDownLatch(1);
    assertThrows(
        StallGuard.StalledException.class, () -> hasty.call(this::waitForPage, back::countDown));
    assertEquals("next", hasty.call(() -> "next", () -> {}));
    assertEquals(1, back.getCount());
    page.countDown();
    assertTrue(back.await(50, TimeUnit.SECONDS));
  }

  @Test
  void whileTooManyAreLeftBehindNothingIsRead() throws Exception {
    CountDownLatch back = new CountDownLatch(StallGuard.MAX_LEFT_BEHIND);
    for (int i = 0; i < StallGuard.MAX_LEFT_BEHIND; i++) {
      assertThrows(
          StallGuard.StalledException.class, () -> hasty.call(this::waitForPage, back::countDown));
    }
    List<String> done = new ArrayList<>();
    IOException refused =
        assertThrows(
            IOException.class, () -> hasty.call(() -> done.add("read"), StallGuardTest::never));
    assertFalse(refused instanceof StallGuard.StalledException, "it is not this read's fault");
    assertEquals(List.of(), done);
    page.countDown();
    assertTrue(back.await(50, TimeUnit.SECONDS));
    assertEquals("read", hasty.call(() -> "read", () -> {}));
  }

  @Test
  void anInterruptedCallerLeavesItsReadBehind() throws Exception {
    CountDownLatch back = new CountDownLatch(1);
    Thread.currentThread().interrupt();
    assertThrows(IOException.class, () -> patient.call(this::waitForPage, back::countDown));
    assertTrue(Thread.interrupted());
    page.countDown();
    assertTrue(back.await(50, TimeUnit.SECONDS));
  }

  @Test
  void closedItReadsNothing() throws IOException {
    patient.call(() -> "read", StallGuardTest::never);
    patient.close();
    assertThrows(IOException.class, () -> patient.call(() -> "read", StallGuardTest::never));
  }
}
