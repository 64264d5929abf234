package io.nodeflame.collector.collection;

import io.nodeflame.symbolizer.FrameKind;
import io.nodeflame.symbolizer.JavaCode;
import io.nodeflame.symbolizer.JavaFrame;
import io.nodeflame.symbolizer.Location;
import io.nodeflame.symbolizer.hotspot.JavaUnwinding;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** A Java machine whose faults are answers, as {@link TolerantSymbolizer} makes them. */
final class TolerantJava implements JavaCode {
  private final JavaCode java;
  private final FaultLog log;

  TolerantJava(JavaCode java, FaultLog log) {
    this.java = java;
    this.log = log;
  }

  @Override
  public Optional<JavaUnwinding> takeUnwinding() {
    try {
      return java.takeUnwinding();
    } catch (RuntimeException e) {
      log.fault("reading a Java machine", e);
      return Optional.empty();
    }
  }

  @Override
  public boolean isStarting() {
    return java.isStarting();
  }

  @Override
  public long thread(int tid) {
    try {
      return java.thread(tid);
    } catch (RuntimeException e) {
      log.fault("reading Java threads", e);
      return THREAD_UNKNOWN;
    }
  }

  @Override
  public List<Location> locate(List<JavaFrame> frames) {
    try {
      return java.locate(frames);
    } catch (RuntimeException e) {
      log.fault("naming Java code", e);
      return frames.size() == 1
          ? List.of(TolerantSymbolizer.failed(kind(frames.get(0))))
          : oneByOne(frames);
    }
  }

  /** The others are not to blame. */
  private List<Location> oneByOne(List<JavaFrame> frames) {
    List<Location> located = new ArrayList<>(frames.size());
    for (JavaFrame frame : frames) {
      located.addAll(locate(List.of(frame)));
    }
    return located;
  }

  private static FrameKind kind(JavaFrame frame) {
    if (frame instanceof JavaFrame.Compiled) {
      return FrameKind.JAVA_COMPILED;
    }
    return frame instanceof JavaFrame.Stub ? FrameKind.JAVA_STUB : FrameKind.JAVA_INTERPRETED;
  }
}
