package io.nodeflame.collector.cli;

import java.io.PrintWriter;
import java.time.Duration;

/** One line on a terminal that says what goes on, and for how long; nothing anywhere else. */
final class ProgressLine implements Countdown.Progress, AutoCloseable {
  private static final String ERASE = "\r\u001b[K";

  private final PrintWriter out;
  private final boolean isShown;
  private final String what;
  private long shownSeconds = -1;

  ProgressLine(PrintWriter out, boolean isShown, String what) {
    this.out = out;
    this.isShown = isShown;
    this.what = what;
  }

  @Override
  public void passed(Duration time) {
    if (isShown && time.toSeconds() != shownSeconds) {
      shownSeconds = time.toSeconds();
      out.print(ERASE + what + " ... " + (shownSeconds == 0 ? "" : shownSeconds + " s"));
      out.flush();
    }
  }

  /** Says something that stays, on a line of its own. */
  void say(String sentence) {
    close();
    shownSeconds = -1;
    out.println(sentence);
    out.flush();
  }

  /** Takes the line away. */
  @Override
  public void close() {
    if (shownSeconds >= 0) {
      out.print(ERASE);
      out.flush();
    }
  }
}
