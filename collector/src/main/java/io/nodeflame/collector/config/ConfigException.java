package io.nodeflame.collector.config;

import java.util.List;
import java.util.stream.Collectors;

/** A configuration that is refused, with every mistake in it. Shows no secret. */
public final class ConfigException extends Exception {
  private final transient List<Problem> problems;

  ConfigException(List<Problem> problems) {
    super(problems.stream().map(Problem::toString).collect(Collectors.joining("\n")));
    this.problems = List.copyOf(problems);
  }

  /** At least one, in the order of the file. */
  public List<Problem> problems() {
    return problems;
  }
}
