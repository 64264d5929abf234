package io.nodeflame.collector.doctor;

/** A report as aligned text, each failure followed by its fix. */
public final class DoctorText {
  private static final String RESET = "\u001b[0m";

  private DoctorText() {}

  /**
   * Lines that each end in a line feed.
   *
   * @param colored for a terminal
   */
  public static String of(DoctorReport report, boolean colored) {
    int width = 0;
    for (CheckResult result : report.results()) {
      width = Math.max(width, result.name().length());
    }
    StringBuilder text = new StringBuilder();
    for (CheckResult result : report.results()) {
      String word = String.format("%-7s", word(result.status()));
      text.append(colored ? color(result.status()) + word + RESET : word)
          .append("  ")
          .append(result.name())
          .append(" ".repeat(width - result.name().length() + 2))
          .append(result.what())
          .append('\n');
      if (!result.fix().isEmpty()) {
        text.append(" ".repeat(9 + width + 2)).append("fix: ").append(result.fix()).append('\n');
      }
    }
    return text.append(report.count(CheckResult.Status.OK))
        .append(" ok, ")
        .append(report.count(CheckResult.Status.WARNING))
        .append(" warning, ")
        .append(report.count(CheckResult.Status.FAILED))
        .append(" failed\n")
        .toString();
  }

  static String word(CheckResult.Status status) {
    return switch (status) {
      case OK -> "ok";
      case WARNING -> "warning";
      case FAILED -> "failed";
    };
  }

  private static String color(CheckResult.Status status) {
    return switch (status) {
      case OK -> "\u001b[32m";
      case WARNING -> "\u001b[33m";
      case FAILED -> "\u001b[31m";
    };
  }
}
