package io.nodeflame.collector.pprof;

import io.nodeflame.collector.profile.ProfileFrame;
import io.nodeflame.collector.profile.StackProfile;
import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Stacks as text, {@code root;...;leaf}, each with its value. A {@code ;} or a line break within a
 * name becomes {@code :} or a blank, so that the text can be read back.
 */
public final class CollapsedStacks {
  private final SortedMap<String, Long> values = new TreeMap<>();
  private final StringBuilder line = new StringBuilder();

  public static CollapsedStacks of(StackProfile profile) {
    CollapsedStacks collapsed = new CollapsedStacks();
    collapsed.add(profile);
    return collapsed;
  }

  /** Adds all stacks of one more profile. */
  public void add(StackProfile profile) {
    for (int stack = 0; stack < profile.stackCount(); stack++) {
      for (int depth = profile.depth(stack) - 1; depth >= 0; depth--) {
        frame(profile.frame(stack, depth));
      }
      end(profile.value(stack));
    }
  }

  /** Adds a frame to the stack in hand; the root comes first. */
  public void frame(ProfileFrame frame) {
    for (int i = frame.lines().size() - 1; i >= 0; i--) {
      name(frame.lines().get(i).function());
    }
  }

  /** Ends the stack in hand. */
  public void end(long value) {
    values.merge(line.toString(), value, Long::sum);
    line.setLength(0);
  }

  /** Sorted by stack, not to be changed. */
  public SortedMap<String, Long> asMap() {
    return Collections.unmodifiableSortedMap(values);
  }

  private void name(String name) {
    if (line.length() > 0) {
      line.append(';');
    }
    for (int i = 0; i < name.length(); i++) {
      char c = name.charAt(i);
      if (c == ';') {
        line.append(':');
      } else {
        line.append(c < ' ' || c == 0x7f ? ' ' : c);
      }
    }
  }
}
