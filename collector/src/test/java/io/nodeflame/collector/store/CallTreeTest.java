package io.nodeflame.collector.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Random;
import org.junit.jupiter.api.Test;

class CallTreeTest {
  private static int path(CallTree tree, String... names) {
    int node = CallTree.ROOT;
    for (String name : names) {
      node = tree.child(node, tree.function(name, "native"));
    }
    return node;
  }

  @Test
  void equalPathsAreOneNode() {
    CallTree tree = new CallTree(100, 1);
    tree.add(path(tree, "a", "b"), 0, 2);
    tree.add(path(tree, "a", "b"), 0, 3);
    tree.add(path(tree, "a"), 0, 1);
    tree.sumUp();
    assertEquals(3, tree.size());
    assertEquals(6, tree.total(path(tree, "a"), 0));
    assertEquals(1, tree.self(path(tree, "a"), 0));
  }

  @Test
  void fullTreeCountsTheRestAsOther() {
    CallTree tree = new CallTree(50, 1);
    Random random = new Random(1);
    long sum = 0;
    for (int i = 0; i < 10_000; i++) {
      int value = random.nextInt(100);
      sum += value;
      tree.add(path(tree, "a" + random.nextInt(300), "b" + random.nextInt(300), "c"), 0, value);
    }
    tree.sumUp();
    assertTrue(tree.size() <= 102, "size " + tree.size());
    assertEquals(sum, tree.total(CallTree.ROOT, 0));
    long other = 0;
    for (int node = 1; node < tree.size(); node++) {
      other += tree.name(node).equals(CallTree.OTHER) ? tree.self(node, 0) : 0;
    }
    assertTrue(other > sum / 2, "other " + other);
  }

  @Test
  void longNamesDoNotFillTheHeap() {
    CallTree tree = new CallTree(1 << 20, 1);
    String tail = "x".repeat(60_000);
    for (int i = 0; i < 5_000; i++) {
      tree.add(path(tree, i + tail), 0, 1);
    }
    tree.sumUp();
    long chars = 0;
    for (int node = 0; node < tree.size(); node++) {
      chars += tree.name(node).length();
    }
    assertTrue(chars <= CallTree.MAX_NAME_CHARS + 100, "characters " + chars);
    assertEquals(5_000, tree.total(CallTree.ROOT, 0));
  }

  @Test
  void pruningKeepsTheHeaviestAndTheSum() {
    CallTree tree = new CallTree(10_000, 2);
    for (int i = 0; i < 500; i++) {
      tree.add(path(tree, "main", "f" + i), 0, i);
    }
    tree.add(path(tree, "main", "gone"), 1, 1_000);
    tree.sumUp();
    CallTree pruned = tree.pruned(12);
    assertTrue(pruned.size() <= 12 + 2, "size " + pruned.size());
    assertEquals(tree.total(CallTree.ROOT, 0), pruned.total(CallTree.ROOT, 0));
    assertEquals(1_000, pruned.total(CallTree.ROOT, 1));
    int main = pruned.children(CallTree.ROOT)[0];
    assertEquals("main", pruned.name(main));
    int[] children = pruned.children(main);
    assertEquals("other", pruned.name(children[0]));
    assertEquals("f499", pruned.name(children[1]));
    assertEquals("gone", pruned.name(children[children.length - 1]));
    assertTrue(pruned.isOther(children[0]));
    // All nodes but the kept ones, and those without a value.
    int kept = pruned.size() - 2;
    assertEquals(501 - kept, pruned.cutNodes(children[0]));
    assertEquals(0, pruned.cutNodes(children[1]));
  }

  @Test
  void functionThatIsCalledOtherIsAFunction() {
    CallTree tree = new CallTree(100, 1);
    int node = path(tree, CallTree.OTHER);
    tree.add(node, 0, 2);
    tree.sumUp();
    assertFalse(tree.isOther(node));
    CallTree pruned = tree.pruned(100);
    assertFalse(pruned.isOther(pruned.children(CallTree.ROOT)[0]));
  }

  @Test
  void pruningToMoreThanThereIsChangesNothing() {
    CallTree tree = new CallTree(100, 1);
    tree.add(path(tree, "a", "b"), 0, 2);
    tree.add(path(tree, "c"), 0, 1);
    tree.sumUp();
    CallTree pruned = tree.pruned(100);
    assertEquals(4, pruned.size());
    assertEquals("a", pruned.name(pruned.children(CallTree.ROOT)[0]));
  }
}
