package io.nodeflame.collector.collection;

import io.nodeflame.symbolizer.FrameKind;
import io.nodeflame.symbolizer.JavaCode;
import io.nodeflame.symbolizer.Location;
import io.nodeflame.symbolizer.hotspot.JavaUnwinding;
import java.util.Optional;
import java.util.function.Supplier;

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
  public long thread(int tid) {
    try {
      return java.thread(tid);
    } catch (RuntimeException e) {
      log.fault("reading Java threads", e);
      return THREAD_UNKNOWN;
    }
  }

  @Override
  public Location compiled(long pc, int codeOffset, int compileId) {
    return named(FrameKind.JAVA_COMPILED, () -> java.compiled(pc, codeOffset, compileId));
  }

  @Override
  public Location interpreted(long method, int bytecodeIndex) {
    return named(FrameKind.JAVA_INTERPRETED, () -> java.interpreted(method, bytecodeIndex));
  }

  @Override
  public Location stub(long pc, int codeOffset) {
    return named(FrameKind.JAVA_STUB, () -> java.stub(pc, codeOffset));
  }

  private Location named(FrameKind kind, Supplier<Location> naming) {
    try {
      return naming.get();
    } catch (RuntimeException e) {
      log.fault("naming Java code", e);
      return TolerantSymbolizer.failed(kind);
    }
  }
}
