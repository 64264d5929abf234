package io.nodeflame.collector.truth;

import java.util.ArrayList;
import java.util.List;

/**
 * How much of a load's samples is as it must be, each a share from 0 to 1.
 *
 * @param all every sample of the machine
 * @param java those with a Java frame
 * @param loaded those within what the load's thread does
 */
record JavaShares(String load, ServiceStacks all, ServiceStacks java, ServiceStacks loaded) {
  private static final String RUN = "java.lang.Thread.run()";

  static JavaShares of(String load, ServiceStacks all) {
    ServiceStacks java = all.only(JavaShares::isJava);
    return new JavaShares(load, all, java, java.only(stack -> stack.has(RUN) && isOfLoad(stack)));
  }

  private String method() {
    return JavaLoad.program(load) + "." + load + "()";
  }

  /**
   * What is not as it must be; prints all shares.
   *
   * @param cpuNanos CPU time that the load took
   * @param minShare of complete, rooted and known stacks
   */
  List<String> failures(long cpuNanos, double minShare, double minNamed) {
    double ratio = (double) all.nanos() / cpuNanos;
    double complete = all.share(SampledStack::isComplete);
    double rooted = java.share(JavaShares::isRooted);
    double known = loaded.share(stack -> stack.has(method()));
    double named = java.share(JavaShares::isNamed);
    Evidence.print(
        "%s: %d samples, %d in Java; cpu ratio %.3f, complete %.2f %%, rooted %.2f %%, method"
            + " %.2f %%, named %.2f %%",
        all.name(),
        all.samples(),
        java.samples(),
        ratio,
        100 * complete,
        100 * rooted,
        100 * known,
        100 * named);
    List<String> failures = new ArrayList<>();
    if (Math.abs(ratio - 1) > 0.03) {
      failures.add("cpu ratio " + ratio + ": " + all.name());
    }
    if (complete < minShare) {
      failures.add("incomplete: " + all.describe(stack -> !stack.isComplete()));
    }
    if (rooted < minShare) {
      failures.add("no root: " + java.describe(stack -> !isRooted(stack)));
    }
    if (known < minShare) {
      failures.add("no method: " + loaded.describe(stack -> !stack.has(method())));
    }
    if (named < minNamed) {
      failures.add("no names: " + java.describe(stack -> !isNamed(stack)));
    }
    return failures;
  }

  private static boolean isJava(SampledStack stack) {
    return stack.kinds().stream().anyMatch(kind -> kind.startsWith("java-"));
  }

  /** A thread that compiles calls stubs of the machine, and has no Java below. */
  private static boolean isRooted(SampledStack stack) {
    return stack.has(RUN)
        || isOfMain(stack)
        || stack.frames().stream()
            .anyMatch(frame -> frame.startsWith("CompileBroker::compiler_thread_loop"));
  }

  /** The launcher's thread, and those that the machine starts for itself. */
  private static boolean isOfMain(SampledStack stack) {
    return stack.frames().stream().anyMatch(frame -> frame.startsWith("JavaMain"));
  }

  /** In what the thread's loop calls, not in the loop itself. */
  private static boolean isOfLoad(SampledStack stack) {
    List<String> frames = stack.frames();
    int loop = -1;
    for (int i = 0; i < frames.size(); i++) {
      if (frames.get(i).startsWith("JavaLoads.lambda$run")) {
        loop = i;
      }
    }
    return loop >= 0
        && frames.stream()
            .skip(loop + 1)
            .anyMatch(frame -> frame.contains("(") && !isOfLambda(frame));
  }

  private static boolean isOfLambda(String frame) {
    return frame.startsWith("JavaLoads$$Lambda") || frame.startsWith("LibraryLoads$$Lambda");
  }

  private static boolean isNamed(SampledStack stack) {
    return stack.frames().stream()
        .noneMatch(frame -> frame.startsWith("[unloaded") || frame.equals("[jit]"));
  }
}
