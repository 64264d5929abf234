package io.nodeflame.symbolizer;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class JavaThreadKindTest {
  @ParameterizedTest
  @CsvSource({
    "GC Thread#11, GC",
    "G1 Main Marker, GC",
    "G1 Conc#0, GC",
    "ZWorkerYoung#1, GC",
    "ZDriverMinor, GC",
    "Shenandoah GC T, GC",
    "C1 CompilerThre, JIT",
    "C2 CompilerThre, JIT",
    "VM Thread, VM",
    "Reference Handl, VM",
    "main, APP",
    "java, APP",
    "GC Threads, APP",
    "ForkJoinPool-1-, APP",
  })
  void kindIsToldByTheName(String name, JavaThreadKind kind) {
    assertEquals(kind, JavaThreadKind.of(name, false, false));
  }

  @Test
  void aProgramMayNameItsThreadsAsTheMachineDoes() {
    assertEquals(JavaThreadKind.APP, JavaThreadKind.of("GC Thread#1", true, true));
    assertEquals(JavaThreadKind.APP, JavaThreadKind.of("C2 CompilerThre", true, true));
    assertEquals(JavaThreadKind.JIT, JavaThreadKind.of("C2 CompilerThre", true, false));
  }

  @Test
  void labelIsTheWordInLowerCase() {
    assertEquals("jit", JavaThreadKind.JIT.label());
  }
}
