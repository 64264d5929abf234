package io.nodeflame.collector.collection;

import io.nodeflame.symbolizer.FrameKind;
import io.nodeflame.symbolizer.JavaCode;
import io.nodeflame.symbolizer.JavaFrame;
import io.nodeflame.symbolizer.Location;
import io.nodeflame.symbolizer.SourceLine;
import io.nodeflame.symbolizer.hotspot.CodeHeap;
import io.nodeflame.symbolizer.hotspot.JavaUnwinding;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * Names what compile 9 made at address 7 {@code c7#9}, byte code 3 of the method at 5 {@code i5@3},
 * and a stub {@code s8}; remembers what was asked together.
 */
final class FakeJava implements JavaCode {
  final List<List<JavaFrame>> questions = new CopyOnWriteArrayList<>();

  /** In its list; tids are 0 in recorded samples. */
  final Set<Integer> javaThreads = ConcurrentHashMap.newKeySet();

  private boolean isTold;

  @Override
  public Optional<JavaUnwinding> takeUnwinding() {
    if (isTold) {
      return Optional.empty();
    }
    isTold = true;
    return Optional.of(
        new JavaUnwinding(
            List.of(new CodeHeap(1, 2, 3, 4)),
            0,
            new JavaUnwinding.Blob(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0),
            new JavaUnwinding.Method(0, 0),
            new JavaUnwinding.ThreadFields(0, 0, 0, 0, 0),
            0,
            0,
            0,
            0,
            0,
            0,
            0));
  }

  @Override
  public boolean isStarting() {
    return !isTold;
  }

  @Override
  public long thread(int tid) {
    return javaThreads.contains(tid) ? 0x1000 : 0;
  }

  @Override
  public List<Location> locate(List<JavaFrame> frames) {
    questions.add(List.copyOf(frames));
    List<Location> located = new ArrayList<>();
    for (JavaFrame frame : frames) {
      located.add(locate(frame));
    }
    return located;
  }

  private static Location locate(JavaFrame frame) {
    if (frame instanceof JavaFrame.Compiled compiled) {
      return location(FrameKind.JAVA_COMPILED, "c" + compiled.pc() + "#" + compiled.compileId());
    }
    if (frame instanceof JavaFrame.Interpreted interpreted) {
      return location(
          FrameKind.JAVA_INTERPRETED,
          "i" + interpreted.method() + "@" + interpreted.bytecodeIndex());
    }
    return location(FrameKind.JAVA_STUB, "s" + ((JavaFrame.Stub) frame).pc());
  }

  private static Location location(FrameKind kind, String name) {
    return new Location(kind, "", "", List.of(new SourceLine(name, "", 0)), Optional.empty());
  }
}
