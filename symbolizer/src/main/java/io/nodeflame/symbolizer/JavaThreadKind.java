package io.nodeflame.symbolizer;

import java.util.Locale;
import java.util.Set;

/**
 * What a thread of a Java machine is there for. The kernel keeps the first 15 characters of its
 * name; those of the machine's own were read from running machines of JDK 17 and 25 with each of
 * their collectors.
 */
public enum JavaThreadKind {
  /** Collects garbage. */
  GC,
  /** Compiles. */
  JIT,
  /** Does other work of the machine. */
  VM,
  /** Runs the program. */
  APP;

  private static final Set<String> COMPILERS = Set.of("C1 CompilerThre", "C2 CompilerThre");

  private static final Set<String> MACHINE =
      Set.of(
          "VM Thread",
          "VM Periodic Tas",
          "Signal Dispatch",
          "Service Thread",
          "Monitor Deflati",
          "Notification Th",
          "Reference Handl",
          "Finalizer",
          "Common-Cleaner",
          "Sweeper thread");

  /** Followed by {@code #} and a number, or by nothing. */
  private static final Set<String> COLLECTORS =
      Set.of(
          "GC Thread",
          "G1 Conc",
          "G1 Main Marker",
          "G1 Refine",
          "G1 Service",
          "ZDirector",
          "ZStat",
          "RuntimeWorker",
          "ZWorker",
          "ZDriver",
          "ZUncommitter",
          "ZUnmapper",
          "ZWorkerYoung",
          "ZWorkerOld",
          "ZDriverMinor",
          "ZDriverMajor",
          "Shenandoah GC T",
          "Shenandoah Cont",
          "Shenandoah Unco");

  /**
   * By name and a second sign, since a program may name its threads as it likes.
   *
   * @param name the first 15 characters
   * @param isJavaThread whether the machine lists it, as it does the threads of programs and
   *     compilers, and none that collects garbage
   * @param hasJavaFrames whether its stack has any: a thread that compiles runs none
   */
  public static JavaThreadKind of(String name, boolean isJavaThread, boolean hasJavaFrames) {
    int number = name.indexOf('#');
    if (COLLECTORS.contains(number < 0 ? name : name.substring(0, number))) {
      return isJavaThread ? APP : GC;
    }
    if (COMPILERS.contains(name)) {
      return hasJavaFrames ? APP : JIT;
    }
    return MACHINE.contains(name) ? VM : APP;
  }

  /** Lower-case word for labels. */
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }
}
