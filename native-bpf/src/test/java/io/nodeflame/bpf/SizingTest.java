package io.nodeflame.bpf;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;

class SizingTest {
  @Test
  void theRingIsAPowerOfTwoBetweenItsBounds() {
    assertEquals(512 * 1024, PerfEventSampler.ringBytes(19, 2));
    assertEquals(16 * 1024 * 1024, PerfEventSampler.ringBytes(19, 256));
    assertEquals(64 * 1024 * 1024, PerfEventSampler.ringBytes(1000, 4096));
  }

  @Test
  void mapMemoryIsReadFromFdinfo() {
    assertEquals(4096, MapMemory.parse("pos:\t0\nmap_type:\t27\nmemlock:\t4096\n"));
    assertEquals(0, MapMemory.parse("pos:\t0\n"));
  }

  @Test
  void settingsOutOfRangeAreRefused() {
    assertThrows(IllegalArgumentException.class, () -> settings(0, 128));
    assertThrows(IllegalArgumentException.class, () -> settings(1001, 128));
    assertThrows(IllegalArgumentException.class, () -> settings(19, 0));
    assertThrows(IllegalArgumentException.class, () -> settings(19, 513));
  }

  private static SamplerSettings settings(int frequencyHz, int maxUserFrames) {
    return new SamplerSettings(
        SamplingEvent.CPU_CLOCK, frequencyHz, maxUserFrames, true, CgroupController.UNIFIED);
  }
}
