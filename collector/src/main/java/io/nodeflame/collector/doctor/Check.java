package io.nodeflame.collector.doctor;

/** Looks at one requirement. */
@FunctionalInterface
public interface Check {

  /** Never throws for what it finds; bounded in time. */
  CheckResult run();
}
