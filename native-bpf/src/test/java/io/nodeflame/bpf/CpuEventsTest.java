package io.nodeflame.bpf;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** CPUs come and go by the text of a file of our own; the perf events are the kernel's. */
@KernelTest
class CpuEventsTest {
  @TempDir private Path sys;
  private BpfObject object;
  private CpuEvents events;

  @BeforeEach
  void load() throws Exception {
    Files.createDirectories(sys.resolve("devices/system/cpu"));
    object = BpfObject.open("sampler");
    object.load();
    SamplerSettings settings =
        new SamplerSettings(SamplingEvent.CPU_CLOCK, 19, 128, true, CgroupController.UNIFIED);
    events = new CpuEvents(object, "take_sample", settings, new OnlineCpus(sys));
  }

  @AfterEach
  void close() {
    events.close();
    object.close();
  }

  @Test
  void eventsFollowTheCpus() throws Exception {
    online("0");
    events.open();
    assertEquals(1, events.openCount());

    int last = Runtime.getRuntime().availableProcessors() - 1;
    online("0-" + last);
    events.refresh();
    assertEquals(last + 1, events.openCount());

    online(String.valueOf(last));
    events.refresh();
    assertEquals(1, events.openCount());
  }

  @Test
  void eachCpuKeepsOneEventWhenTheFrequencyChanges() throws Exception {
    online("0");
    events.open();
    long before = perfEvents();
    events.fireAt(99);
    assertEquals(1, events.openCount());
    assertEquals(before, perfEvents(), "the old one is closed");
    events.close();
    assertEquals(before - 1, perfEvents());
  }

  private static long perfEvents() throws IOException {
    try (var descriptors = Files.list(Path.of("/proc/self/fd"))) {
      return descriptors.filter(CpuEventsTest::isPerfEvent).count();
    }
  }

  private static boolean isPerfEvent(Path descriptor) {
    try {
      return Files.readSymbolicLink(descriptor).toString().equals("anon_inode:[perf_event]");
    } catch (IOException e) {
      return false; // the one that lists
    }
  }

  @Test
  void aListThatCannotBeReadChangesNothing() throws Exception {
    online("0");
    events.open();
    online("nonsense");
    events.refresh();
    assertEquals(1, events.openCount());
  }

  @Test
  void aCpuThatDoesNotExistIsAProblemAtStart() throws Exception {
    online("4095");
    SamplerException problem = assertThrows(SamplerException.class, events::open);
    assertEquals(true, problem.getMessage().contains("CPU 4095"), problem.getMessage());
  }

  private void online(String text) throws IOException {
    Files.writeString(sys.resolve("devices/system/cpu/online"), text + "\n");
  }
}
