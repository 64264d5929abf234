package io.nodeflame.collector.truth;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.function.Predicate;

/** The stacks of one service over a run. */
record ServiceStacks(String name, List<SampledStack> stacks, long periodNanos) {
  private static final int MAX_DESCRIBED = 12;

  long nanos() {
    return nanos(stack -> true);
  }

  long nanos(Predicate<SampledStack> wanted) {
    return stacks.stream().filter(wanted).mapToLong(SampledStack::nanos).sum();
  }

  long samples() {
    return nanos() / periodNanos;
  }

  /** Share of the value, 0 to 1. */
  double share(Predicate<SampledStack> wanted) {
    return (double) nanos(wanted) / nanos();
  }

  ServiceStacks only(Predicate<SampledStack> wanted) {
    return new ServiceStacks(name, stacks.stream().filter(wanted).toList(), periodNanos);
  }

  /** The heaviest of the stacks, one a line, for a failure's message. */
  String describe(Predicate<SampledStack> wanted) {
    List<SampledStack> found = new ArrayList<>(stacks.stream().filter(wanted).toList());
    found.sort(Comparator.comparingLong(SampledStack::nanos).reversed());
    StringBuilder text = new StringBuilder(name);
    for (SampledStack stack : found.subList(0, Math.min(MAX_DESCRIBED, found.size()))) {
      long samples = stack.nanos() / periodNanos;
      text.append(String.format(Locale.ROOT, "%n%6d  %s", samples, stack.text()));
    }
    return text.toString();
  }
}
