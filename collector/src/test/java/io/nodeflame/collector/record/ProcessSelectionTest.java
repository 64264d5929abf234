package io.nodeflame.collector.record;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nodeflame.discovery.Excluded;
import io.nodeflame.discovery.Labels;
import io.nodeflame.discovery.ProcessFacts;
import io.nodeflame.discovery.Target;
import io.nodeflame.discovery.TargetResolver;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ProcessSelectionTest {
  private static final Target TARGET = new Target(Labels.of(Map.of(Labels.SERVICE_NAME, "a")));

  private static long ownStartNanos(int pid) throws Exception {
    String stat = Files.readString(Path.of("/proc/" + pid + "/stat"));
    return Long.parseLong(stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1)[19])
        * 10_000_000;
  }

  @Test
  void onlyTheProcessItselfIsSelectedAndNotOneWithItsPid() throws Exception {
    int pid = (int) ProcessHandle.current().pid();
    long start = ownStartNanos(pid);
    ProcessSelection selection = ProcessSelection.of(List.of(pid), Optional.empty());
    TargetResolver narrowed = selection.narrow(process -> TARGET);
    assertEquals(TARGET, narrowed.resolve(new ProcessFacts(pid, start + 9_999_999, 0, "a", "a")));
    assertInstanceOf(
        Excluded.class, narrowed.resolve(new ProcessFacts(pid, start + 10_000_000, 0, "a", "a")));
    assertInstanceOf(
        Excluded.class, narrowed.resolve(new ProcessFacts(pid + 1, start, 0, "a", "a")));
    assertFalse(selection.isWholeHost());
    assertFalse(selection.hasEnded());
  }

  @Test
  void endedProcessIsNoticedAlsoAsAZombie() throws Exception {
    Process child = new ProcessBuilder("sleep", "1000").start();
    ProcessSelection selection = ProcessSelection.of(List.of((int) child.pid()), Optional.empty());
    assertFalse(selection.hasEnded());
    child.destroyForcibly().waitFor();
    assertTrue(selection.hasEnded());
  }

  @Test
  void wholeHostNeverEnds() {
    ProcessSelection host = ProcessSelection.of(List.of(), Optional.empty());
    assertTrue(host.isWholeHost());
    assertFalse(host.hasEnded());
    assertEquals(TARGET, host.narrow(p -> TARGET).resolve(new ProcessFacts(1, 1, 0, "a", "a")));
  }

  @Test
  void wrongSelectionsAreRefused() {
    for (int pid : new int[] {0, -1, 4_194_305}) {
      assertThrows(
          IllegalArgumentException.class,
          () -> ProcessSelection.of(List.of(pid), Optional.empty()));
    }
    assertThrows(
        IllegalArgumentException.class,
        () -> ProcessSelection.of(List.of(1), Optional.of("0123456789")));
    assertThrows(
        IllegalArgumentException.class,
        () -> ProcessSelection.of(List.of(), Optional.of("0123456")));
  }

  @Test
  void programIsTheFileThatAllSelectedProcessesRun() throws Exception {
    Path sleep = Path.of("/bin/sleep").toRealPath();
    Process first = new ProcessBuilder(sleep.toString(), "1000").start();
    Process second = new ProcessBuilder(sleep.toString(), "1000").start();
    try {
      int self = (int) ProcessHandle.current().pid();
      int one = (int) first.pid();
      int two = (int) second.pid();
      ProcessSelection both = ProcessSelection.of(List.of(one, two), Optional.empty());
      assertEquals(Optional.of(sleep.toString()), both.program());
      assertEquals("2 processes", both.toString());
      ProcessSelection mixed = ProcessSelection.of(List.of(one, self), Optional.empty());
      assertEquals(Optional.empty(), mixed.program());
      assertEquals("1 process", ProcessSelection.of(List.of(one), Optional.empty()).toString());
    } finally {
      first.destroyForcibly();
      second.destroyForcibly();
    }
    ProcessSelection host = ProcessSelection.of(List.of(), Optional.empty());
    assertEquals(Optional.empty(), host.program());
    assertEquals("this host", host.toString());
    assertEquals(
        "container 0123456789ab",
        ProcessSelection.of(List.of(), Optional.of("0123456789ab")).toString());
  }
}
