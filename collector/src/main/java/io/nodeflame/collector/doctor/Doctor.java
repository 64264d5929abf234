package io.nodeflame.collector.doctor;

import java.util.ArrayList;
import java.util.List;

/** Runs checks one after the other. */
public final class Doctor {
  private final List<Check> checks;

  public Doctor(List<Check> checks) {
    this.checks = List.copyOf(checks);
  }

  /** All results, in the order of the checks; a check that breaks is a failed one. */
  public DoctorReport run() {
    List<CheckResult> results = new ArrayList<>();
    for (Check check : checks) {
      results.add(resultOf(check));
    }
    return new DoctorReport(results);
  }

  private static CheckResult resultOf(Check check) {
    try {
      return check.run();
    } catch (RuntimeException e) {
      return CheckResult.failed(
          check.getClass().getSimpleName(), "the check itself broke: " + e, "report this as a bug");
    }
  }
}
