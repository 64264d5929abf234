package io.nodeflame.collector.truth;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nodeflame.bpf.KernelTest;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code dd} lives in the kernel: it has the kernel clear its buffer, again and again. */
@KernelTest
class KernelFramesTruthTest {
  private static final int FREQUENCY_HZ = 499;
  private static final int CPU_SECONDS = 3;
  private static final List<String> READ_PATH = List.of("do_syscall_64", "ksys_read", "vfs_read");

  @TempDir Path directory;

  @Test
  void theReadPathHasNames() throws Exception {
    Command.require("dd", "--version");
    Path accounted = new Workloads(directory).c("accounted.c", "accounted");
    List<String> command = List.of("dd", "if=/dev/zero", "of=/dev/null", "bs=1M", "status=none");
    try (ProfiledRun run = ProfiledRun.start(FREQUENCY_HZ, directory)) {
      long cpu = Accounted.start(accounted, CPU_SECONDS, command).awaitCpuNanos();
      DeliveredProfiles delivered = run.finish();

      ServiceStacks stacks = delivered.ofService("dd");
      double ratio = (double) stacks.nanos() / cpu;
      double kernel = stacks.share(stack -> stack.hasKind("kernel"));
      double read = stacks.share(KernelFramesTruthTest::isReading);
      double ordered = stacks.share(KernelFramesTruthTest::hasUserPartBelow);
      Evidence.print(
          "dd: %d samples, cpu ratio %.3f, kernel %.2f %%, %s %.2f %%, user part below %.2f %%",
          stacks.samples(), ratio, 100 * kernel, READ_PATH, 100 * read, 100 * ordered);
      assertEquals(1, ratio, 0.03);
      assertTrue(kernel >= 0.9, stacks.describe(stack -> !stack.hasKind("kernel")));
      assertTrue(read >= 0.9, stacks.describe(stack -> !isReading(stack)));
      assertTrue(ordered >= 0.995, stacks.describe(stack -> !hasUserPartBelow(stack)));
      assertTrue(
          stacks.share(stack -> isReading(stack) && stack.hasKind("kernel")) >= 0.9,
          "kernel frames say that they are");
    }
  }

  /** In the kernel's code for reads, with what it does there as the leaf. */
  private static boolean isReading(SampledStack stack) {
    return stack.hasChain(READ_PATH)
        && stack.frames().indexOf("vfs_read") < stack.frames().size() - 1;
  }

  /** No frame of the program lies above one of the kernel, and there are some. */
  private static boolean hasUserPartBelow(SampledStack stack) {
    int first = stack.kinds().indexOf("kernel");
    return first < 0
        || (first > 0
            && stack.kinds().subList(first, stack.kinds().size()).stream()
                .allMatch("kernel"::equals));
  }
}
