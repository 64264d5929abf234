package io.nodeflame.collector.e2e;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.function.ToDoubleFunction;

/**
 * The daemon's memory over the time of a test. It is flat when it takes no more in the last third
 * of the readings than in the first, but for what is stated here.
 */
final class MemoryReadings {
  private static final double MIB = 1 << 20;

  /**
   * Of what is in use on the heap: tables of programs, labels and names fill up to their bounds.
   */
  private static final double HEAP_GROWTH_MIB = 6;

  /** Code that is compiled, and tables of programs that are seen for the first time. */
  private static final double ANONYMOUS_GROWTH_MIB = 12;

  /** Of the index for one pod that can be found, deleted ones included: they differ in size. */
  private static final double BYTES_PER_POD_GROWTH = 1.2;

  private static final double MAX_BYTES_PER_POD = 4096;

  /** As many deleted pods stay findable. */
  private static final double MAX_DELETED = 512;

  private record Reading(
      double indexBytes, double known, double deleted, double heapMib, double anonymousMib) {
    double bytesPerPod() {
      return indexBytes / (known + deleted);
    }
  }

  private final List<Reading> readings = new ArrayList<>();

  void read(String metrics) {
    readings.add(
        new Reading(
            Agent.value(metrics, "nodeflame_kubernetes_index_bytes{resource=\"pods\"}"),
            Agent.value(metrics, "nodeflame_pods{state=\"known\"}"),
            Agent.value(metrics, "nodeflame_pods{state=\"deleted\"}"),
            Agent.sum(metrics, "nodeflame_heap_live_bytes") / MIB,
            Agent.sum(metrics, "nodeflame_process_anonymous_bytes") / MIB));
  }

  void assertFlat() {
    int third = readings.size() / 3;
    List<Reading> first = readings.subList(0, third);
    List<Reading> last = readings.subList(readings.size() - third, readings.size());
    List<Double> collected =
        readings.stream().map(Reading::heapMib).filter(mib -> mib > 0).distinct().toList();
    assertTrue(collected.size() > 1, "two collections at least");
    double heapBefore = collected.get(0);
    double heapAfter = highest(last, Reading::heapMib);
    double anonymousBefore = highest(first, Reading::anonymousMib);
    double anonymousAfter = highest(last, Reading::anonymousMib);
    double perPodBefore = highest(first, Reading::bytesPerPod);
    double perPodAfter = highest(last, Reading::bytesPerPod);
    Reading end = readings.get(readings.size() - 1);
    System.out.printf(
        "memory: %d readings; index %.0f to %.0f bytes, %.0f to %.0f a pod, %.0f pods deleted and"
            + " findable; heap %.1f to %.1f MiB; anonymous %.1f to %.1f MiB%n",
        readings.size(),
        readings.get(0).indexBytes,
        end.indexBytes,
        perPodBefore,
        perPodAfter,
        end.deleted,
        heapBefore,
        heapAfter,
        anonymousBefore,
        anonymousAfter);
    assertTrue(third > 3, () -> "readings: " + readings.size());
    assertTrue(heapAfter <= heapBefore + HEAP_GROWTH_MIB, readings::toString);
    assertTrue(anonymousAfter <= anonymousBefore + ANONYMOUS_GROWTH_MIB, readings::toString);
    assertTrue(perPodAfter <= perPodBefore * BYTES_PER_POD_GROWTH, readings::toString);
    assertTrue(perPodAfter <= MAX_BYTES_PER_POD, readings::toString);
    assertTrue(highest(last, Reading::deleted) <= MAX_DELETED, readings::toString);
  }

  private static double highest(List<Reading> some, ToDoubleFunction<Reading> figure) {
    return some.stream().mapToDouble(figure).max().orElseThrow();
  }
}
