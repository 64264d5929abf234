package io.nodeflame.collector.export;

import io.nodeflame.collector.pprof.DecodedProfile;
import io.nodeflame.collector.profile.KindFamily;
import io.nodeflame.collector.profile.ProfileFrame;
import io.nodeflame.collector.profile.StackProfile;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.Deque;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Stacks merged from the root: the nodes of a flame graph. Inlined functions are nodes of their
 * own. A node is its name and kind below its parent.
 */
public final class FlameTree {
  private static final String NO_KIND = "";

  private final Node root = new Node("total", NO_KIND);
  // The stack in hand, root first, and its last function.
  private final Deque<Node> path = new ArrayDeque<>();
  private Node cursor = root;

  private record Key(String name, String kind) {}

  /** One function below its callers. */
  public static final class Node {
    private final String name;
    private final String kind;
    private final Map<Key, Node> children = new LinkedHashMap<>();
    private long value;
    private long self;

    private Node(String name, String kind) {
      this.name = name;
      this.kind = kind;
    }

    public String name() {
      return name;
    }

    /** Kind of the frame, such as {@code kernel}; empty at the root and where it is not known. */
    public String kind() {
      return kind;
    }

    /** Of this function and all that it calls. */
    public long value() {
      return value;
    }

    /** Of this function alone. */
    public long self() {
      return self;
    }

    public Collection<Node> children() {
      return children.values();
    }

    /** Largest first: what a reader looks for. */
    private List<Node> sortedChildren() {
      List<Node> sorted = new ArrayList<>(children.values());
      sorted.sort(Comparator.comparingLong(Node::value).reversed().thenComparing(Node::name));
      return sorted;
    }
  }

  public static FlameTree of(StackProfile profile) {
    FlameTree tree = new FlameTree();
    tree.add(profile);
    return tree;
  }

  public static FlameTree of(DecodedProfile profile, int sampleType) {
    FlameTree tree = new FlameTree();
    for (int stack = 0; stack < profile.stackCount(); stack++) {
      for (int depth = profile.depth(stack) - 1; depth >= 0; depth--) {
        tree.descend(profile.frame(stack, depth));
      }
      tree.end(profile.value(stack, sampleType));
    }
    return tree;
  }

  /** From lines {@code root;...;leaf}, which do not know of kinds. */
  public static FlameTree ofCollapsed(Map<String, Long> collapsed) {
    FlameTree tree = new FlameTree();
    collapsed.forEach(
        (stack, value) -> {
          int start = 0;
          for (int end = stack.indexOf(';'); end >= 0; end = stack.indexOf(';', start)) {
            tree.descend(stack.substring(start, end), NO_KIND);
            start = end + 1;
          }
          tree.descend(stack.substring(start), NO_KIND);
          tree.end(value);
        });
    return tree;
  }

  /** Adds all stacks of one more profile. */
  public void add(StackProfile profile) {
    for (int stack = 0; stack < profile.stackCount(); stack++) {
      for (int depth = profile.depth(stack) - 1; depth >= 0; depth--) {
        descend(profile.frame(stack, depth));
      }
      end(profile.value(stack));
    }
  }

  /** Goes one function towards the leaf of the stack in hand. */
  public void descend(String name, String kind) {
    cursor = cursor.children.computeIfAbsent(new Key(name, kind), k -> new Node(name, kind));
    path.addLast(cursor);
  }

  /** Ends the stack in hand: its value counts for all its functions. */
  public void end(long value) {
    for (Node node : path) {
      node.value += value;
    }
    root.value += value;
    cursor.self += value;
    path.clear();
    cursor = root;
  }

  public Node root() {
    return root;
  }

  /**
   * The tree as JSON: {@code {"name":"total","value":N,"kind":"","children":[...]}}, children
   * largest first. Safe within a script element of a page: no {@code <}, {@code >} or {@code &} of
   * a name appears as such.
   */
  public void writeJson(Appendable out) throws IOException {
    // Stacks are deeper than a thread's own: no recursion.
    Deque<Iterator<Node>> open = new ArrayDeque<>();
    begin(root, out);
    open.push(root.sortedChildren().iterator());
    boolean first = true;
    while (!open.isEmpty()) {
      Iterator<Node> children = open.peek();
      if (children.hasNext()) {
        Node child = children.next();
        if (!first) {
          out.append(',');
        }
        begin(child, out);
        open.push(child.sortedChildren().iterator());
        first = true;
      } else {
        open.pop();
        out.append("]}");
        first = false;
      }
    }
  }

  private void descend(ProfileFrame frame) {
    for (int i = frame.lines().size() - 1; i >= 0; i--) {
      descend(frame.lines().get(i).function(), KindFamily.of(frame.kind()));
    }
  }

  private static void begin(Node node, Appendable out) throws IOException {
    out.append("{\"name\":");
    JsonText.write(node.name, out);
    out.append(",\"value\":").append(Long.toString(node.value)).append(",\"kind\":");
    JsonText.write(node.kind, out);
    out.append(",\"children\":[");
  }
}
