package io.nodeflame.collector.pprof;

import static io.nodeflame.collector.pprof.Profiles.frame;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.nodeflame.collector.profile.StackProfile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** google/pprof reads the same stacks and sums from our bytes as we put in. */
class GoPprofTest {
  @TempDir Path dir;

  @Test
  void goToolPprofSeesTheSameStacks() throws Exception {
    requireGo();
    Profiles profiles = Profiles.realistic(21, 200, 12);
    profiles.stack(
        5,
        frame("kernel", "", "copy_user", "", 0),
        frame("native", "/lib/libc.so.6", "read", "read.c", 26),
        frame("go", "/usr/bin/shop", "main.main", "/src/main.go", 12));
    StackProfile profile = profiles.build();
    Path file = dir.resolve("cpu.pb.gz");
    try (PprofEncoder encoder = new PprofEncoder(PprofLimits.PYROSCOPE, new ProfileClock(0))) {
      Files.write(file, encoder.encode(profile).get(0).gzippedPprof());
    }
    // Without -unit the values are rounded to seconds.
    String traces = run("go", "tool", "pprof", "-traces", "-unit=ns", file.toString());
    Map<String, Long> expected = new TreeMap<>();
    CollapsedStacks.of(profile).asMap().forEach(expected::put);
    assertEquals(expected, collapsed(traces));

    String raw = run("go", "tool", "pprof", "-raw", file.toString());
    assertTrue(raw.contains("PeriodType: cpu nanoseconds"), raw);
    assertTrue(raw.contains("Period: " + Profiles.PERIOD_NANOS), raw);
    assertTrue(raw.contains("1: 0x0/0x0/0x0 /usr/bin/shop [go]"), raw);
    assertTrue(raw.contains("[kernel]"), raw);
    assertTrue(raw.contains("main.main /src/main.go:12"), raw);
  }

  /** Blocks between dashes; the first line has the value and the leaf, the others the callers. */
  private static Map<String, Long> collapsed(String traces) {
    Map<String, Long> stacks = new TreeMap<>();
    List<String> names = new ArrayList<>();
    long value = 0;
    boolean inTraces = false;
    for (String line : traces.split("\n", -1)) {
      String text = line.strip();
      if (text.startsWith("-----------+")) {
        inTraces = true;
        end(stacks, names, value);
      } else if (inTraces && !text.isEmpty()) {
        if (names.isEmpty()) {
          int unit = text.indexOf("ns");
          value = Long.parseLong(text.substring(0, unit));
          text = text.substring(unit + 2).strip();
        }
        names.add(text);
      }
    }
    end(stacks, names, value);
    return stacks;
  }

  private static void end(Map<String, Long> stacks, List<String> names, long value) {
    if (!names.isEmpty()) {
      Collections.reverse(names);
      stacks.merge(String.join(";", names), value, Long::sum);
      names.clear();
    }
  }

  private static void requireGo() throws Exception {
    boolean found;
    try {
      found = new ProcessBuilder("go", "version").start().waitFor() == 0;
    } catch (java.io.IOException e) {
      found = false;
    }
    if (!found && Boolean.getBoolean("nodeflame.kernel.required")) {
      fail("go is not installed: needed as the second reader of profiles");
    }
    assumeTrue(found, "go is not installed: no second reader of profiles");
  }

  private String run(String... command) throws Exception {
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().put("PPROF_TMPDIR", dir.toString());
    Process process = builder.start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertEquals(0, process.waitFor(), output);
    return output;
  }
}
