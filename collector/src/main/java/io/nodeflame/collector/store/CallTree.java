package io.nodeflame.collector.store;

import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

/**
 * Merged stacks: a tree whose nodes are functions under their callers, root 0 being {@code total}.
 *
 * <p>Bounded: past {@code maxNodes} nodes or {@value #MAX_NAME_CHARS} characters of names, what has
 * no node yet is counted under its caller as {@code other}. A tree has one or two columns of
 * values: two when a time is compared with an earlier one. Not thread-safe.
 */
public final class CallTree {
  public static final int ROOT = 0;
  public static final String OTHER = "other";

  static final int MAX_NAME_CHARS = 6 << 20;
  private static final int MAX_NAME = 2048;
  private static final int NONE = -1;

  private final int maxNodes;
  private final int columns;
  private int[] parents = new int[256];
  private int[] names = new int[256];
  private int[] firstChildren = new int[256];
  private int[] nextSiblings = new int[256];
  private long[][] selves;
  private long[][] totals;
  private int[] cuts = new int[0];
  private int size;

  private final Map<Function, Integer> functionIds = new HashMap<>();
  private Function[] functions = new Function[256];
  private int functionCount;
  private int nameChars;

  // Open addressing over (parent, function); 0, the root, is nobody's child and means free.
  private int[] slots = new int[1024];

  /** A function as the tree tells them apart; kind as in {@code ProfileFrame}, may be empty. */
  public record Function(String name, String kind) {}

  /**
   * @param maxNodes bound of nodes that are not {@code other}
   * @param columns 1, or 2 for a comparison
   */
  public CallTree(int maxNodes, int columns) {
    this.maxNodes = maxNodes;
    this.columns = columns;
    this.selves = new long[columns][256];
    this.totals = new long[columns][0];
    function("total", "");
    function(OTHER, "");
    size = 1;
    names[ROOT] = 0;
    parents[ROOT] = NONE;
    firstChildren[ROOT] = NONE;
    nextSiblings[ROOT] = NONE;
  }

  /** Id of a function, for {@link #child}; that of {@code other} when there is no more room. */
  public int function(String name, String kind) {
    String bounded = name.length() > MAX_NAME ? name.substring(0, MAX_NAME) : name;
    Function function = new Function(bounded, kind);
    Integer known = functionIds.get(function);
    if (known != null) {
      return known;
    }
    if (functionCount >= maxNodes + 2 || nameChars + bounded.length() > MAX_NAME_CHARS) {
      return 1;
    }
    if (functionCount == functions.length) {
      functions = Arrays.copyOf(functions, functionCount * 2);
    }
    functions[functionCount] = function;
    functionIds.put(function, functionCount);
    nameChars += bounded.length();
    return functionCount++;
  }

  /**
   * The node of a function under a node. In a full tree that may be {@code other}, again and again.
   */
  public int child(int parent, int function) {
    if (names[parent] == 1) {
      return parent;
    }
    int slot = find(parent, function);
    if (slots[slot] != 0) {
      return slots[slot];
    }
    if (size > maxNodes && function != 1) {
      return child(parent, 1);
    }
    int node = size++;
    if (node == parents.length) {
      grow();
    }
    parents[node] = parent;
    names[node] = function;
    firstChildren[node] = NONE;
    nextSiblings[node] = firstChildren[parent];
    firstChildren[parent] = node;
    slots[slot] = node;
    if (size * 2 > slots.length) {
      rehash();
    }
    return node;
  }

  public void add(int node, int column, long value) {
    selves[column][node] += value;
  }

  /** Adds up; to be called after the last {@link #add} and before totals are asked for. */
  public void sumUp() {
    for (int column = 0; column < columns; column++) {
      long[] total = Arrays.copyOf(selves[column], size);
      // A node is always younger than its parent.
      for (int node = size - 1; node > 0; node--) {
        total[parents[node]] += total[node];
      }
      totals[column] = total;
    }
  }

  /**
   * A tree of the heaviest {@code limit} nodes; the rest is {@code other} under its caller. Needs
   * {@link #sumUp}; the result is summed up.
   */
  public CallTree pruned(int limit) {
    long[] weights = totals[0].clone();
    for (int column = 1; column < columns; column++) {
      for (int node = 0; node < size; node++) {
        weights[node] += totals[column][node];
      }
    }
    long[] sorted = weights.clone();
    Arrays.sort(sorted);
    long threshold = Math.max(1, limit >= size ? 1 : sorted[size - Math.max(1, limit)]);
    int ties = limit;
    for (long weight : weights) {
      ties -= weight > threshold ? 1 : 0;
    }
    CallTree pruned = new CallTree(Math.max(limit, 1), columns);
    int[] moved = new int[size];
    int[] cuts = new int[size];
    for (int node = 1; node < size; node++) {
      int parent = moved[parents[node]];
      boolean kept = weights[node] > threshold || (weights[node] == threshold && ties-- > 0);
      if (weights[node] <= 0) {
        moved[node] = parent;
        continue;
      }
      Function function = functions[names[node]];
      int to = kept ? pruned.function(function.name(), function.kind()) : 1;
      moved[node] = pruned.child(parent, to);
      cuts[moved[node]] += pruned.isOther(moved[node]) ? 1 : 0;
    }
    pruned.cuts = cuts;
    for (int column = 0; column < columns; column++) {
      for (int node = 0; node < size; node++) {
        pruned.add(moved[node], column, selves[column][node]);
      }
    }
    pruned.sumUp();
    return pruned;
  }

  public int size() {
    return size;
  }

  public int columns() {
    return columns;
  }

  /** The caller's node, -1 for the root. */
  public int parent(int node) {
    return parents[node];
  }

  public String name(int node) {
    return functions[names[node]].name();
  }

  public String kind(int node) {
    return functions[names[node]].kind();
  }

  /** Whether a node stands for what was too small, or too much, to have nodes. */
  public boolean isOther(int node) {
    return names[node] == 1;
  }

  /** How many nodes {@link #pruned} counted together in one that {@link #isOther}, at least. */
  public int cutNodes(int node) {
    return node < cuts.length && isOther(node) ? cuts[node] : 0;
  }

  public long total(int node, int column) {
    return totals[column][node];
  }

  public long self(int node, int column) {
    return selves[column][node];
  }

  /** Children of a node, largest first value first, equal ones by name. */
  public int[] children(int node) {
    int count = 0;
    for (int c = firstChildren[node]; c != NONE; c = nextSiblings[c]) {
      count++;
    }
    Integer[] sorted = new Integer[count];
    for (int c = firstChildren[node], i = 0; c != NONE; c = nextSiblings[c]) {
      sorted[i++] = c;
    }
    Arrays.sort(
        sorted,
        (a, b) -> {
          int byValue = Long.compare(totals[0][b], totals[0][a]);
          return byValue != 0 ? byValue : name(a).compareTo(name(b));
        });
    int[] children = new int[count];
    for (int i = 0; i < count; i++) {
      children[i] = sorted[i];
    }
    return children;
  }

  private void grow() {
    int length = size * 2;
    parents = Arrays.copyOf(parents, length);
    names = Arrays.copyOf(names, length);
    firstChildren = Arrays.copyOf(firstChildren, length);
    nextSiblings = Arrays.copyOf(nextSiblings, length);
    for (int column = 0; column < columns; column++) {
      selves[column] = Arrays.copyOf(selves[column], length);
    }
  }

  private int find(int parent, int function) {
    int mask = slots.length - 1;
    int slot = (parent * 0x9E3779B9 + function * 0x85EBCA6B);
    slot = (slot ^ (slot >>> 15)) & mask;
    while (slots[slot] != 0 && (parents[slots[slot]] != parent || names[slots[slot]] != function)) {
      slot = (slot + 1) & mask;
    }
    return slot;
  }

  private void rehash() {
    slots = new int[slots.length * 2];
    for (int node = 1; node < size; node++) {
      slots[find(parents[node], names[node])] = node;
    }
  }
}
