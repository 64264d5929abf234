package io.nodeflame.collector.doctor;

/**
 * What a check found.
 *
 * @param name of the requirement, short
 * @param what one sentence
 * @param fix how to make it good; empty when it is
 */
public record CheckResult(String name, Status status, String what, String fix) {
  private static final int MAX_CHARS = 500;

  /** How good it is. */
  public enum Status {
    OK,
    /** Works, with a loss. */
    WARNING,
    FAILED
  }

  public CheckResult {
    what = oneLine(what);
    fix = oneLine(fix);
  }

  public static CheckResult ok(String name, String what) {
    return new CheckResult(name, Status.OK, what, "");
  }

  public static CheckResult warning(String name, String what, String fix) {
    return new CheckResult(name, Status.WARNING, what, fix);
  }

  public static CheckResult failed(String name, String what, String fix) {
    return new CheckResult(name, Status.FAILED, what, fix);
  }

  /** Results quote kernel files and servers: nothing of that may steer a terminal. */
  private static String oneLine(String text) {
    StringBuilder line = new StringBuilder();
    for (int i = 0; i < text.length() && i < MAX_CHARS; i++) {
      char c = text.charAt(i);
      line.append(Character.isISOControl(c) ? ' ' : c);
    }
    return line.toString();
  }
}
