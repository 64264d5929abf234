package io.nodeflame.collector.store;

import io.nodeflame.collector.pprof.MappingName;
import io.nodeflame.collector.profile.KindFamily;
import java.io.IOException;
import java.util.Arrays;

/** Adds profiles to a call tree, one by one. */
final class TreeMerge {
  /** Deeper trees would only trouble the readers: a server keeps 1000 frames as well. */
  private static final int MAX_DEPTH = 1024;

  private final CallTree tree;
  private int depthOfNode;
  private final LongTable stack = new LongTable();

  TreeMerge(CallTree tree) {
    this.tree = tree;
  }

  void add(byte[] gzippedPprof, String sampleType, int column) throws IOException {
    PprofTables profile = PprofTables.read(gzippedPprof);
    int valueIndex = profile.valueIndex(sampleType);
    int[] functionOfLine = new int[profile.lineCount()];
    Arrays.fill(functionOfLine, -1);
    for (int sample = 0; sample < profile.sampleCount(); sample++) {
      long value = profile.sample(sample, valueIndex, stack);
      int node = CallTree.ROOT;
      depthOfNode = 0;
      for (int depth = stack.size() - 1; depth >= 0 && depthOfNode <= MAX_DEPTH; depth--) {
        int location = profile.location(stack.get(depth));
        if (location >= 0) {
          node = descend(profile, location, node, functionOfLine);
        }
      }
      tree.add(node, column, value);
    }
  }

  private int descend(PprofTables profile, int location, int from, int[] functionOfLine) {
    int node = from;
    int first = profile.firstLine(location);
    for (int line = profile.endLine(location) - 1; line >= first; line--) {
      if (functionOfLine[line] < 0) {
        String name = profile.functionName(line);
        String kind = KindFamily.of(MappingName.parse(profile.mappingFile(location)).kind());
        functionOfLine[line] = tree.function(name.isEmpty() ? "[unnamed]" : name, kind);
      }
      if (++depthOfNode > MAX_DEPTH) {
        return tree.child(node, tree.function("[deeper frames left out]", ""));
      }
      node = tree.child(node, functionOfLine[line]);
    }
    return node;
  }

  /**
   * What the index needs of a profile.
   *
   * @param value sum of the values
   * @param durationNanos as the producer says
   */
  record Summary(long value, long durationNanos) {}

  /** Reads a profile through, which also proves that all of it can be read. */
  static Summary summary(byte[] gzippedPprof, String sampleType) throws IOException {
    PprofTables profile = PprofTables.read(gzippedPprof);
    int valueIndex = profile.valueIndex(sampleType);
    LongTable stack = new LongTable();
    long sum = 0;
    for (int sample = 0; sample < profile.sampleCount(); sample++) {
      sum += profile.sample(sample, valueIndex, stack);
    }
    return new Summary(sum, profile.durationNanos());
  }
}
