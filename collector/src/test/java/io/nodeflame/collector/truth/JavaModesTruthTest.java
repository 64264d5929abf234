package io.nodeflame.collector.truth;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.nodeflame.bpf.KernelTest;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Java machines that were started in another mode than the usual: other collectors, other
 * compilers, archives of classes. The load has all of JavaLoads' kinds of frames in turn.
 */
@KernelTest
class JavaModesTruthTest {
  private static final int FREQUENCY_HZ = 499;
  private static final int CPU_SECONDS = 4;
  private static final double MIN_SHARE = 0.97;
  private static final String LOAD = "mixed";

  /** Left out unless the system property asks for all. */
  private static final Set<String> NIGHTLY = Set.of("shenandoah", "parallel", "frame-pointer");

  private static final Map<String, List<String>> OF_ALL_VERSIONS = new LinkedHashMap<>();
  private static final Map<String, List<String>> FROM_25 = new LinkedHashMap<>();

  static {
    OF_ALL_VERSIONS.put("z", List.of("-XX:+UseZGC"));
    OF_ALL_VERSIONS.put("interpreted", List.of("-Xint"));
    OF_ALL_VERSIONS.put("c1", List.of("-XX:TieredStopAtLevel=1"));
    OF_ALL_VERSIONS.put("shenandoah", List.of("-XX:+UseShenandoahGC"));
    OF_ALL_VERSIONS.put("parallel", List.of("-XX:+UseParallelGC"));
    OF_ALL_VERSIONS.put("serial", List.of("-XX:+UseSerialGC", "-XX:-TieredCompilation"));
    OF_ALL_VERSIONS.put("frame-pointer", List.of("-XX:+PreserveFramePointer"));
    FROM_25.put("compact", List.of("-XX:+UseCompactObjectHeaders"));
  }

  @TempDir Path directory;

  static List<Path> homes() throws IOException {
    return JavaLoad.homes();
  }

  @ParameterizedTest
  @MethodSource("homes")
  void stacksAreWholeInEachMode(Path home) throws Exception {
    JavaLoad java = new JavaLoad(directory, home);
    Evidence.print("%s", java.version());
    Map<String, List<String>> modes = new LinkedHashMap<>(OF_ALL_VERSIONS);
    Path archive = java.archive("classes.jsa");
    java.run("archiving", LOAD, 1, List.of("-XX:ArchiveClassesAtExit=" + archive));
    modes.put("archive", List.of("-XX:SharedArchiveFile=" + archive, "-Xshare:auto"));
    if (JavaLoad.feature(home) >= 25) {
      modes.putAll(FROM_25);
      Path cache = java.archive("cache.aot");
      java.run("caching", LOAD, 1, List.of("-XX:AOTCacheOutput=" + cache));
      modes.put("aot", List.of("-XX:AOTCache=" + cache));
    }
    List<String> names = new ArrayList<>(modes.keySet());
    if (!Boolean.getBoolean("nodeflame.test.java.all")) {
      names.removeIf(mode -> NIGHTLY.contains(mode));
    }
    List<String> failures = new ArrayList<>();
    try (ProfiledRun run = ProfiledRun.start(FREQUENCY_HZ, directory)) {
      Map<String, Long> cpuNanos =
          JavaLoad.twoAtATime(
              names, mode -> java.run("mode-" + mode, LOAD, CPU_SECONDS, modes.get(mode)));
      DeliveredProfiles delivered = run.finish();
      for (String mode : names) {
        failures.addAll(
            JavaShares.of(LOAD, delivered.ofService("mode-" + mode))
                .failures(cpuNanos.get(mode), MIN_SHARE, MIN_SHARE));
      }
    }
    assertEquals(List.of(), failures);
  }
}
