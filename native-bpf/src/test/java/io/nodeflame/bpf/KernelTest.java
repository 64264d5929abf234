package io.nodeflame.bpf;

import static org.junit.jupiter.api.Assertions.fail;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * Marks a test that loads BPF programs: it needs root and a kernel with BTF. Without them it is
 * skipped with the reason; where {@code nodeflame.kernel.required} is true, as in CI, it fails.
 */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@Tag("kernel")
@ExtendWith(KernelTest.Condition.class)
public @interface KernelTest {

  /** Looks for what loading needs. */
  final class Condition implements BeforeAllCallback {
    @Override
    public void beforeAll(ExtensionContext context) throws Exception {
      String missing = missing();
      if (missing.isEmpty()) {
        return;
      }
      if (Boolean.getBoolean("nodeflame.kernel.required")) {
        fail("a kernel test must run here, but " + missing);
      }
      System.err.println("Skipped " + context.getDisplayName() + ": " + missing);
      Assumptions.abort(missing);
    }

    private static String missing() throws Exception {
      if (!Files.isReadable(Path.of("/sys/kernel/btf/vmlinux"))) {
        return "the kernel has no BTF";
      }
      if (!Files.readString(Path.of("/proc/self/status")).contains("\nUid:\t0\t0\t")) {
        return "the test does not run as root";
      }
      return KernelTest.class.getResource("sampler.bpf.o") == null
          ? "the native build was left out"
          : "";
    }
  }
}
