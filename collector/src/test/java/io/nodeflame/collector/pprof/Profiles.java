package io.nodeflame.collector.pprof;

import io.nodeflame.collector.profile.ProfileFrame;
import io.nodeflame.collector.profile.ProfileType;
import io.nodeflame.collector.profile.SeriesLabels;
import io.nodeflame.collector.profile.StackProfile;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/** Makes profiles for tests. Public: tests of delivery and export use it too. */
public final class Profiles {
  public static final long PERIOD_NANOS = 52_631_578;

  private final List<ProfileFrame> frames = new ArrayList<>();
  private final Map<ProfileFrame, Integer> indexes = new HashMap<>();
  private final List<int[]> stacks = new ArrayList<>();
  private final List<Long> counts = new ArrayList<>();
  private SeriesLabels labels = SeriesLabels.of(Map.of("service_name", "shop", "pod", "shop-1"));
  private Instant start = Instant.parse("2026-08-01T10:00:00Z");

  public Profiles labels(Map<String, String> values) {
    labels = SeriesLabels.of(values);
    return this;
  }

  /** The window is the 15 s before. */
  public Profiles end(Instant end) {
    start = end.minusSeconds(15);
    return this;
  }

  /** Frames leaf first. */
  public Profiles stack(long samples, ProfileFrame... leafFirst) {
    return stack(samples, List.of(leafFirst));
  }

  public Profiles stack(long samples, List<ProfileFrame> leafFirst) {
    int[] stack = new int[leafFirst.size()];
    for (int i = 0; i < stack.length; i++) {
      stack[i] = indexes.computeIfAbsent(leafFirst.get(i), this::add);
    }
    stacks.add(stack);
    counts.add(samples);
    return this;
  }

  public StackProfile build() {
    int[] starts = new int[stacks.size() + 1];
    for (int i = 0; i < stacks.size(); i++) {
      starts[i + 1] = starts[i] + stacks.get(i).length;
    }
    int[] frameIndexes = new int[starts[stacks.size()]];
    long[] samples = new long[stacks.size()];
    long[] values = new long[stacks.size()];
    for (int i = 0; i < stacks.size(); i++) {
      System.arraycopy(stacks.get(i), 0, frameIndexes, starts[i], stacks.get(i).length);
      samples[i] = counts.get(i);
      values[i] = samples[i] * PERIOD_NANOS;
    }
    return new StackProfile(
        ProfileType.CPU,
        labels,
        start,
        Duration.ofSeconds(15),
        PERIOD_NANOS,
        List.copyOf(frames),
        frameIndexes,
        starts,
        samples,
        values);
  }

  public static ProfileFrame frame(String function) {
    return frame("native", "/usr/bin/shop", function, "shop.c", function.length());
  }

  public static ProfileFrame frame(
      String kind, String mapping, String function, String file, int line) {
    return new ProfileFrame(
        kind, mapping, "", List.of(new ProfileFrame.Line(function, file, line)));
  }

  /**
   * Stacks as a service makes them: paths through a call tree whose functions have names of usual
   * length, some paths much more often than others.
   */
  public static Profiles realistic(long seed, int stackCount, int depth) {
    Random random = new Random(seed);
    Profiles profiles = new Profiles();
    List<ProfileFrame> path = new ArrayList<>();
    for (int i = 0; i < stackCount; i++) {
      int keep = path.isEmpty() ? 0 : Math.max(0, path.size() - 1 - random.nextInt(8));
      path = new ArrayList<>(path.subList(0, Math.min(keep, path.size())));
      while (path.size() < depth) {
        int function = (int) Math.abs(random.nextGaussian() * 40 + path.size() * 60);
        String name =
            "com.example.shop.package" + function % 37 + ".OrderService.handle" + function;
        path.add(
            frame("jit", "[jit]", name, "OrderService" + function % 37 + ".java", function % 900));
      }
      List<ProfileFrame> leafFirst = new ArrayList<>(path);
      java.util.Collections.reverse(leafFirst);
      profiles.stack(1 + random.nextInt(5), leafFirst);
    }
    return profiles;
  }

  private int add(ProfileFrame frame) {
    frames.add(frame);
    return frames.size() - 1;
  }
}
