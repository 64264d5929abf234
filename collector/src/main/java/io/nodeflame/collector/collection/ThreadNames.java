package io.nodeflame.collector.collection;

import io.nodeflame.bpf.SampleView;
import io.nodeflame.bpf.UserFrame;
import io.nodeflame.symbolizer.JavaCode;
import io.nodeflame.symbolizer.JavaThreadKind;
import java.util.HashMap;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What the thread of a sample goes by. Names are bounded, since each is a frame or a series: those
 * beyond are {@value #OTHERS}. One name is always the same object. For the sampling thread.
 */
final class ThreadNames {
  static final int MAX_NAMES = 256;
  static final String OTHERS = "others";

  /** The names of a pool's threads differ by a number, or several. */
  private static final Pattern NUMBER = Pattern.compile("[0-9]+");

  private static final int MAX_COMMS = 4096;

  private final ThreadSettings.By by;
  private final Map<String, String> names = new HashMap<>();

  /** So that a name is not searched for numbers with each sample. */
  private final Map<String, String> nameByComm = new HashMap<>();

  ThreadNames(ThreadSettings.By by) {
    this.by = by;
  }

  /** Null where threads are not told apart. */
  @Nullable String of(TrackedImage image, SampleView sample) {
    return switch (by) {
      case NOTHING -> null;
      case KIND -> image.isJava() ? kind(image.java(), sample).label() : null;
      case NAME -> name(sample.threadName());
    };
  }

  private static JavaThreadKind kind(JavaCode java, SampleView sample) {
    String comm = sample.threadName();
    // Only names of collectors need the list.
    JavaThreadKind unlisted = JavaThreadKind.of(comm, false, hasJavaFrames(sample));
    return unlisted == JavaThreadKind.GC && java.thread(sample.tid()) > 0
        ? JavaThreadKind.APP
        : unlisted;
  }

  private static boolean hasJavaFrames(SampleView sample) {
    for (int i = 0; i < sample.userFrameCount(); i++) {
      int kind = sample.userFrameKind(i);
      if (kind == UserFrame.JAVA_COMPILED || kind == UserFrame.JAVA_INTERPRETED) {
        return true;
      }
    }
    return false;
  }

  private String name(String comm) {
    String known = nameByComm.get(comm);
    if (known != null) {
      return known;
    }
    if (nameByComm.size() >= MAX_COMMS) {
      nameByComm.clear();
    }
    String name = bounded(NUMBER.matcher(comm).replaceAll("#"));
    nameByComm.put(comm, name);
    return name;
  }

  private String bounded(String name) {
    String known = names.get(name);
    if (known != null) {
      return known;
    }
    if (name.isBlank() || names.size() >= MAX_NAMES) {
      return OTHERS;
    }
    names.put(name, name);
    return name;
  }
}
