package io.nodeflame.bpf;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

class SamplingRatesTest {
  private static final int ANY = 100_000;

  private static SamplingRates of(Map<Long, Integer> asked, int maxHz) {
    return of(SamplingEvent.CPU_CLOCK, asked, maxHz);
  }

  private static SamplingRates of(SamplingEvent event, Map<Long, Integer> asked, int maxHz) {
    return SamplingRates.of(
        new SamplerSettings(event, 19, 128, true, CgroupController.UNIFIED), asked, maxHz);
  }

  @Test
  void eventsFireForTheMostEager() {
    SamplingRates rates = of(Map.of(7L, 99, 8L, 49), ANY);
    assertEquals(new SamplingRates(19, 99, Map.of(7L, 99, 8L, 49), ""), rates);
    assertEquals(99, rates.hertz(7));
    assertEquals(19, rates.hertz(9), "like all others");
  }

  @Test
  void nobodyGetsFewerThanAllOthers() {
    assertEquals(SamplingRates.base(19), of(Map.of(7L, 10, 8L, 19), ANY));
    assertEquals(SamplingRates.base(19), of(Map.of(), ANY));
    assertEquals(SamplingRates.base(19), of(Map.of(7L, 10), 5), "nothing is missing");
  }

  @Test
  void whatTheKernelDoesNotAllowIsSaid() {
    assertEquals(
        new SamplingRates(
            19, 50, Map.of(7L, 50, 8L, 40), "kernel.perf_event_max_sample_rate is 50"),
        of(Map.of(7L, 99, 8L, 40), 50));
    assertEquals(
        new SamplingRates(19, 19, Map.of(), "kernel.perf_event_max_sample_rate is 5"),
        of(Map.of(7L, 99), 5));
    assertEquals(
        new SamplingRates(19, 1000, Map.of(7L, 1000), "1000 is the most"),
        of(Map.of(7L, 5000), ANY));
  }

  @Test
  void onlySamplesOfTheClockCanBeThinned() {
    assertEquals(
        new SamplingRates(19, 19, Map.of(), "sampling.event is not cpu-clock"),
        of(SamplingEvent.CYCLES, Map.of(7L, 99), ANY));
    assertEquals(SamplingRates.base(19), of(SamplingEvent.CYCLES, Map.of(7L, 10), ANY));
  }

  @Test
  void cgroupsAreBounded() {
    Map<Long, Integer> many = new HashMap<>();
    for (long id = 1; id <= 2000; id++) {
      many.put(id, 99);
    }
    SamplingRates rates = of(many, ANY);
    assertEquals(1024, rates.hertzByCgroup().size());
    assertEquals("more than 1024 cgroups ask for more samples", rates.limit());
  }
}
