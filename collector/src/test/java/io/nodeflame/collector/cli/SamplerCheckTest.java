package io.nodeflame.collector.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nodeflame.bpf.ProcessImage;
import io.nodeflame.bpf.RecordedSampler;
import io.nodeflame.bpf.SamplerException;
import io.nodeflame.collector.doctor.CheckResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SamplerCheckTest {
  @TempDir Path dir;

  @Test
  void oneSampleIsEnough() {
    RecordedSampler sampler = new RecordedSampler(10);
    sampler.sample(new ProcessImage(1, 1, 1), 1, RecordedSampler.Stack.of(1));
    CheckResult result = new SamplerCheck(() -> sampler, Duration.ofSeconds(10)).run();
    assertEquals(CheckResult.Status.OK, result.status(), result::toString);
  }

  @Test
  void silenceFails() {
    CheckResult result =
        new SamplerCheck(() -> new RecordedSampler(10), Duration.ofMillis(50)).run();
    assertEquals(CheckResult.Status.FAILED, result.status());
    assertTrue(result.what().contains("no sample came"), result::toString);
  }

  @Test
  void refusalIsTheFinding() {
    CheckResult result =
        new SamplerCheck(
                () -> {
                  throw new SamplerException("the kernel said no");
                },
                Duration.ofMillis(50))
            .run();
    assertEquals(CheckResult.Status.FAILED, result.status());
    assertEquals("the kernel said no", result.what());
  }

  private Path proc(String effective) throws Exception {
    Path self = Files.createDirectories(dir.resolve("self"));
    Files.writeString(self.resolve("status"), "Name:\tjava\nCapEff:\t" + effective + "\n");
    return dir;
  }

  private String refusal(String effective) throws Exception {
    Path proc = proc(effective);
    return Assertions.assertThrows(SamplerException.class, () -> Kernel.requireRights(proc))
        .getMessage();
  }

  @Test
  void missingRightsAreNamed() throws Exception {
    assertTrue(refusal("0000000000000000").contains("CAP_BPF and CAP_PERFMON"));
    assertTrue(refusal("0000004000000000").contains("lacks CAP_BPF,"));
    assertTrue(refusal("0000008000000000").contains("lacks CAP_PERFMON,"));
    Kernel.requireRights(proc("000000c000000000"));
    Kernel.requireRights(proc("0000000000200000")); // SYS_ADMIN stands in for both
  }
}
