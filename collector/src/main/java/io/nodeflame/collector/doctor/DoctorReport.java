package io.nodeflame.collector.doctor;

import java.util.List;

/** What all checks found. */
public record DoctorReport(List<CheckResult> results) {
  public DoctorReport {
    results = List.copyOf(results);
  }

  /** Whether nothing failed; warnings are allowed. */
  public boolean isHealthy() {
    return count(CheckResult.Status.FAILED) == 0;
  }

  public int count(CheckResult.Status status) {
    return (int) results.stream().filter(result -> result.status() == status).count();
  }
}
