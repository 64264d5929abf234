package io.nodeflame.collector.web;

import io.nodeflame.collector.proto.pprof.Function;
import io.nodeflame.collector.proto.pprof.Line;
import io.nodeflame.collector.proto.pprof.Location;
import io.nodeflame.collector.proto.pprof.Profile;
import io.nodeflame.collector.proto.pprof.Sample;
import io.nodeflame.collector.proto.pprof.ValueType;
import io.nodeflame.collector.proto.querier.FlameGraph;
import io.nodeflame.collector.proto.querier.FlameGraphDiff;
import io.nodeflame.collector.proto.querier.Level;
import io.nodeflame.collector.store.CallTree;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Call trees in the forms of the query API: {@code docs/pyroscope.md} 9.2. */
final class FlameGraphs {
  private FlameGraphs() {}

  static FlameGraph flameGraph(CallTree tree) {
    Levels levels = new Levels(tree);
    return FlameGraph.newBuilder()
        .addAllNames(levels.names)
        .addAllLevels(levels.levels)
        .setTotal(tree.total(CallTree.ROOT, 0))
        .setMaxSelf(maxSelf(tree))
        .build();
  }

  /** Column 0 is the left side, column 1 the right one. */
  static FlameGraphDiff difference(CallTree tree) {
    Levels levels = new Levels(tree);
    long left = tree.total(CallTree.ROOT, 0);
    long right = tree.total(CallTree.ROOT, 1);
    return FlameGraphDiff.newBuilder()
        .addAllNames(levels.names)
        .addAllLevels(levels.levels)
        .setTotal(left + right)
        .setMaxSelf(maxSelf(tree))
        .setLeftTicks(left)
        .setRightTicks(right)
        .build();
  }

  private static long maxSelf(CallTree tree) {
    long max = 0;
    for (int node = 0; node < tree.size(); node++) {
      for (int column = 0; column < tree.columns(); column++) {
        max = Math.max(max, tree.self(node, column));
      }
    }
    return max;
  }

  /** Level by level from the root; each node says how far right of the one before it starts. */
  private static final class Levels {
    private final List<String> names = new ArrayList<>();
    private final List<Level> levels = new ArrayList<>();
    private final Map<String, Long> nameIndexes = new HashMap<>();

    Levels(CallTree tree) {
      int columns = tree.columns();
      long[][] starts = new long[columns][tree.size()];
      List<Integer> level = List.of(CallTree.ROOT);
      while (!level.isEmpty()) {
        List<Integer> below = new ArrayList<>();
        Level.Builder values = Level.newBuilder();
        long[] ends = new long[columns];
        for (int node : level) {
          for (int column = 0; column < columns; column++) {
            values.addValues(starts[column][node] - ends[column]);
            values.addValues(tree.total(node, column));
            values.addValues(tree.self(node, column));
            ends[column] = starts[column][node] + tree.total(node, column);
          }
          values.addValues(name(tree.name(node)));
          int[] children = tree.children(node);
          for (int column = 0; column < columns; column++) {
            long start = starts[column][node] + tree.self(node, column);
            for (int child : children) {
              starts[column][child] = start;
              start += tree.total(child, column);
            }
          }
          for (int child : children) {
            below.add(child);
          }
        }
        levels.add(values.build());
        level = below;
      }
    }

    private long name(String name) {
      return nameIndexes.computeIfAbsent(
          name,
          fresh -> {
            names.add(fresh);
            return names.size() - 1L;
          });
    }
  }

  /**
   * A merged profile; its time and period are made up, as Pyroscope's are.
   *
   * @param typeId {@code name:sample type:sample unit:period type:period unit}
   * @param untilMillis end of the query
   */
  static Profile pprof(CallTree tree, String typeId, long untilMillis) {
    Profile.Builder profile = Profile.newBuilder().addStringTable("");
    Map<String, Long> strings = new HashMap<>();
    strings.put("", 0L);
    String[] type = (typeId + "::::").split(":", -1);
    profile.addSampleType(valueType(profile, strings, type[1], type[2]));
    profile.setPeriodType(valueType(profile, strings, type[3], type[4]));
    profile.setPeriod(1_000_000_000L).setTimeNanos(untilMillis * 1_000_000L);
    Map<String, Long> functions = new HashMap<>();
    for (int node = 1; node < tree.size(); node++) {
      if (tree.self(node, 0) <= 0) {
        continue;
      }
      Sample.Builder sample = Sample.newBuilder().addValue(tree.self(node, 0));
      for (int at = node; at != CallTree.ROOT; at = tree.parent(at)) {
        sample.addLocationId(location(profile, strings, functions, tree.name(at)));
      }
      profile.addSample(sample);
    }
    return profile.build();
  }

  private static long location(
      Profile.Builder profile,
      Map<String, Long> strings,
      Map<String, Long> functions,
      String name) {
    Long known = functions.get(name);
    if (known != null) {
      return known;
    }
    long id = functions.size() + 1L;
    functions.put(name, id);
    long text = string(profile, strings, name);
    profile.addFunction(Function.newBuilder().setId(id).setName(text).setSystemName(text));
    profile.addLocation(
        Location.newBuilder().setId(id).addLine(Line.newBuilder().setFunctionId(id)));
    return id;
  }

  private static ValueType valueType(
      Profile.Builder profile, Map<String, Long> strings, String type, String unit) {
    return ValueType.newBuilder()
        .setType(string(profile, strings, type))
        .setUnit(string(profile, strings, unit))
        .build();
  }

  private static long string(Profile.Builder profile, Map<String, Long> strings, String text) {
    return strings.computeIfAbsent(
        text,
        fresh -> {
          profile.addStringTable(fresh);
          return profile.getStringTableCount() - 1L;
        });
  }
}
