package io.nodeflame.collector.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nodeflame.collector.cli.Countdown.Ending;
import io.nodeflame.collector.cli.Countdown.Reason;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class CountdownTest {
  private final StringWriter shown = new StringWriter();
  private long now = 1_000;
  private long asked = Long.MAX_VALUE;
  private long ended = Long.MAX_VALUE;
  private String failure = "";

  /** Time passes while it is waited for, and only then. */
  private boolean waitFor(Duration atMost) {
    now += Math.min(atMost.toNanos(), Math.max(0, asked - now));
    return now >= asked;
  }

  private Ending countDown(Duration time, boolean onTerminal) throws Exception {
    Countdown countdown =
        new Countdown(this::waitFor, () -> now >= ended, () -> failure, () -> now);
    PrintWriter out = new PrintWriter(shown);
    try (ProgressLine line = new ProgressLine(out, onTerminal, "Recording 1 process")) {
      return countdown.await(time, line);
    }
  }

  @Test
  void endsWhenItsTimeIsOver() throws Exception {
    assertEquals(
        new Ending(Reason.TIME_OVER, Duration.ofMillis(1_700)),
        countDown(Duration.ofMillis(1_700), false));
    assertEquals("", shown.toString());
  }

  @Test
  void aMissingPodIsSaidOnceAfterSomeSecondsAndTheLineGoesOn() throws Exception {
    Countdown countdown =
        new Countdown(this::waitFor, () -> now >= ended, () -> failure, () -> now);
    long start = now;
    PrintWriter out = new PrintWriter(shown);
    try (ProgressLine line = new ProgressLine(out, true, "Recording")) {
      MissingPodNotice notice =
          new MissingPodNotice(
              () -> "missing after " + Duration.ofNanos(now - start).toSeconds() + " s", line::say);
      countdown.await(
          Duration.ofSeconds(8),
          passed -> {
            line.passed(passed);
            notice.passed(passed);
          });
    }
    String erase = "\r\u001b[K";
    assertTrue(
        shown
            .toString()
            .contains(
                "Recording ... 5 s" + erase + "missing after 5 s\n" + erase + "Recording ... 5 s"),
        shown.toString());
    assertEquals(1, shown.toString().split("missing", -1).length - 1);
  }

  @Test
  void aPodThatIsThereIsNotSaid() {
    MissingPodNotice notice = new MissingPodNotice(() -> "", shown::write);
    notice.passed(Duration.ofHours(1));
    assertEquals("", shown.toString());
  }

  @Test
  void endsWithASignalAtOnce() throws Exception {
    asked = now + Duration.ofMillis(730).toNanos();
    assertEquals(
        new Ending(Reason.SIGNAL, Duration.ofMillis(730)), countDown(Duration.ofHours(1), false));
  }

  @Test
  void endsSoonAfterTheProcesses() throws Exception {
    ended = now + Duration.ofMillis(730).toNanos();
    assertEquals(
        new Ending(Reason.PROCESSES_ENDED, Duration.ofSeconds(1)),
        countDown(Duration.ofHours(1), false));
  }

  @Test
  void whatEndsWithTheTimeDidNotEndEarly() throws Exception {
    ended = now + Duration.ofSeconds(2).toNanos();
    assertEquals(Reason.TIME_OVER, countDown(Duration.ofSeconds(2), false).reason());
  }

  @Test
  void failureIsNotWaitedOut() {
    failure = "a thread ended";
    assertEquals(
        "a thread ended",
        assertThrows(IOException.class, () -> countDown(Duration.ofHours(1), true)).getMessage());
  }

  @Test
  void onATerminalOneLineCountsAndIsTakenAway() throws Exception {
    countDown(Duration.ofMillis(2_200), true);
    String erase = "\r\u001b[K";
    assertEquals(
        erase
            + "Recording 1 process ... "
            + erase
            + "Recording 1 process ... 1 s"
            + erase
            + "Recording 1 process ... 2 s"
            + erase,
        shown.toString());
  }
}
