package io.nodeflame.collector.truth;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nodeflame.bpf.KernelTest;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Another profiler in the same Java machine at the same time: async-profiler, which runs inside of
 * it and asks the machine itself. Both count CPU time, so methods must have the same shares.
 * Compared is what ran once the code was warm: before, the other one does not know all stacks.
 */
@KernelTest
class JavaSecondOpinionTest {
  private static final int FREQUENCY_HZ = 999;
  private static final int CPU_SECONDS = 16;

  /** Some 12,000 samples on either side: of a share of 15 %, the difference deviates by 0.5. */
  private static final double MAX_POINTS = 0.02;

  /** Half of the sum of all differences; most of it is by chance, since most methods are small. */
  private static final double MAX_DISTANCE = 0.15;

  /** It pushes a word in the middle of its code, and the other one finds no caller of it then. */
  private static final String COMPARISON = "java.lang.String.compareTo";

  private static final Pattern GENERATED =
      Pattern.compile("[.+/]0x[0-9a-f]+|(?<=Lambda|MH|DMH|Accessor)[$0-9]+");

  @TempDir Path directory;

  static List<Path> homes() throws IOException {
    return JavaLoad.homes();
  }

  @ParameterizedTest
  @MethodSource("homes")
  void methodsHaveTheSharesThatAsyncProfilerSees(Path home) throws Exception {
    JavaLoad java = new JavaLoad(directory, home);
    Path stacks = directory.resolve("async.collapsed");
    String agent =
        "-agentpath:" + library() + "=start,event=ctimer,interval=1001us,collapsed,file=" + stacks;
    ServiceStacks ours;
    try (ProfiledRun run = ProfiledRun.start(FREQUENCY_HZ, directory)) {
      java.run("truth-opinion", "warmed", CPU_SECONDS, List.of(agent));
      ours = run.finish().ofService("truth-opinion");
    }
    Shares here = new Shares();
    for (SampledStack stack : ours.stacks()) {
      here.add(javaFrames(stack), stack.nanos());
    }
    Shares there = new Shares();
    for (String line : Files.readAllLines(stacks)) {
      int space = line.lastIndexOf(' ');
      List<String> frames = new ArrayList<>();
      for (String frame : line.substring(0, space).split(";", -1)) {
        if (frame.indexOf('.') > 0 && !frame.startsWith("[") && !frame.startsWith("/")) {
          frames.add(normal(frame.replace('/', '.')));
        }
      }
      there.add(frames, Long.parseLong(line.substring(space + 1)));
    }
    Set<String> loads = new TreeSet<>();
    for (Shares side : List.of(here, there)) {
      for (String frame : side.byMethod.keySet()) {
        if (frame.startsWith("JavaLoads.") && side.share(frame) > 0.01) {
          loads.add(frame);
        }
      }
    }
    List<String> failures = new ArrayList<>();
    double largest = 0;
    for (String load : loads) {
      double difference = Math.abs(here.share(load) - there.share(load));
      largest = Math.max(largest, difference);
      if (difference > MAX_POINTS) {
        failures.add(load + ": " + here.share(load) + ", and " + there.share(load) + " there");
      }
    }
    Evidence.print(
        "%s: %d methods of the load, largest difference %.2f points; distance of all methods by own"
            + " time %.3f, of whole stacks %.3f; %d and %d distinct stacks",
        java.version(),
        loads.size(),
        100 * largest,
        here.distance(there, side -> side.bySelf),
        here.distance(there, side -> side.byStack),
        here.byStack.size(),
        there.byStack.size());
    here.describe(there);
    assertTrue(loads.size() >= 16, loads::toString);
    assertEquals(List.of(), failures);
    assertTrue(here.distance(there, side -> side.bySelf) < MAX_DISTANCE);
  }

  private Path library() throws IOException {
    Path library = directory.resolve("libasyncProfiler.so");
    try (InputStream in =
        JavaSecondOpinionTest.class.getResourceAsStream("/linux-x64/libasyncProfiler.so")) {
      assertTrue(in != null, "async-profiler is not on the class path");
      Files.copy(in, library);
    }
    return library;
  }

  /** Methods of the load's thread, root first; empty for all other threads. */
  private static List<String> javaFrames(SampledStack stack) {
    List<String> frames = new ArrayList<>();
    for (int i = 0; i < stack.frames().size(); i++) {
      String kind = stack.kinds().get(i);
      if (kind.startsWith("java-") && !kind.equals("java-stub")) {
        String frame = stack.frames().get(i);
        int parameters = frame.indexOf('(');
        frames.add(normal(parameters < 0 ? frame : frame.substring(0, parameters)));
      }
    }
    return frames;
  }

  private static String normal(String method) {
    return GENERATED.matcher(method).replaceAll("");
  }

  /** Values of what runs in the load's thread, in three ways. */
  private static final class Shares {
    private final Map<String, Long> byMethod = new HashMap<>();
    private final Map<String, Long> bySelf = new HashMap<>();
    private final Map<String, Long> byStack = new HashMap<>();
    private long total;

    void add(List<String> frames, long value) {
      if (!frames.contains("JavaLoads.warm") || frames.get(frames.size() - 1).equals(COMPARISON)) {
        return;
      }
      total += value;
      for (String frame : Set.copyOf(frames)) {
        byMethod.merge(frame, value, Long::sum);
      }
      bySelf.merge(frames.get(frames.size() - 1), value, Long::sum);
      byStack.merge(String.join(";", frames), value, Long::sum);
    }

    double share(String method) {
      return (double) byMethod.getOrDefault(method, 0L) / total;
    }

    /** Where the two differ most. */
    void describe(Shares other) {
      Set<String> all = new TreeSet<>(bySelf.keySet());
      all.addAll(other.bySelf.keySet());
      all.stream()
          .sorted(
              (a, b) ->
                  Double.compare(
                      Math.abs(self(b) - other.self(b)), Math.abs(self(a) - other.self(a))))
          .limit(8)
          .forEach(
              method ->
                  Evidence.print(
                      "  %s: own time %.1f %% here, %.1f %% there",
                      method, 100 * self(method), 100 * other.self(method)));
    }

    private double self(String method) {
      return (double) bySelf.getOrDefault(method, 0L) / total;
    }

    /**
     * Half of the sum of the differences of all shares: 0 for the same, 1 for nothing in common.
     */
    double distance(Shares other, java.util.function.Function<Shares, Map<String, Long>> view) {
      Map<String, Long> mine = view.apply(this);
      Map<String, Long> theirs = view.apply(other);
      Set<String> all = new TreeSet<>(mine.keySet());
      all.addAll(theirs.keySet());
      double sum = 0;
      for (String key : all) {
        sum +=
            Math.abs(
                (double) mine.getOrDefault(key, 0L) / total
                    - (double) theirs.getOrDefault(key, 0L) / other.total);
      }
      return sum / 2;
    }
  }
}
