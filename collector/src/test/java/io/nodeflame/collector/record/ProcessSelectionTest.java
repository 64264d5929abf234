package io.nodeflame.collector.record;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nodeflame.discovery.Excluded;
import io.nodeflame.discovery.Labels;
import io.nodeflame.discovery.ProcessFacts;
import io.nodeflame.discovery.Resolution;
import io.nodeflame.discovery.Target;
import io.nodeflame.discovery.TargetResolver;
import io.nodeflame.discovery.Unmatched;
import io.nodeflame.discovery.Waiting;
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
    ProcessSelection selection =
        ProcessSelection.of(List.of(pid), Optional.empty(), Optional.empty());
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
    ProcessSelection selection =
        ProcessSelection.of(List.of((int) child.pid()), Optional.empty(), Optional.empty());
    assertFalse(selection.hasEnded());
    child.destroyForcibly().waitFor();
    assertTrue(selection.hasEnded());
  }

  @Test
  void wholeHostNeverEnds() {
    ProcessSelection host = ProcessSelection.of(List.of(), Optional.empty(), Optional.empty());
    assertTrue(host.isWholeHost());
    assertFalse(host.hasEnded());
    assertEquals(TARGET, host.narrow(p -> TARGET).resolve(new ProcessFacts(1, 1, 0, "a", "a")));
  }

  @Test
  void wrongSelectionsAreRefused() {
    for (int pid : new int[] {0, -1, 4_194_305}) {
      assertThrows(
          IllegalArgumentException.class,
          () -> ProcessSelection.of(List.of(pid), Optional.empty(), Optional.empty()));
    }
    assertThrows(
        IllegalArgumentException.class,
        () -> ProcessSelection.of(List.of(1), Optional.of("0123456789"), Optional.empty()));
    assertThrows(
        IllegalArgumentException.class,
        () -> ProcessSelection.of(List.of(), Optional.of("0123456"), Optional.empty()));
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
      ProcessSelection both =
          ProcessSelection.of(List.of(one, two), Optional.empty(), Optional.empty());
      assertEquals(Optional.of(sleep.toString()), both.program());
      assertEquals("2 processes", both.toString());
      ProcessSelection mixed =
          ProcessSelection.of(List.of(one, self), Optional.empty(), Optional.empty());
      assertEquals(Optional.empty(), mixed.program());
      assertEquals(
          "1 process",
          ProcessSelection.of(List.of(one), Optional.empty(), Optional.empty()).toString());
    } finally {
      first.destroyForcibly();
      second.destroyForcibly();
    }
    ProcessSelection host = ProcessSelection.of(List.of(), Optional.empty(), Optional.empty());
    assertEquals(Optional.empty(), host.program());
    assertEquals("this host", host.toString());
  }

  @Test
  void aContainerThatNoProcessIsInIsRefused() {
    IllegalArgumentException refused =
        assertThrows(
            IllegalArgumentException.class,
            () -> ProcessSelection.of(List.of(), Optional.of("0123456789ab"), Optional.empty()));
    assertEquals(
        "--container 0123456789ab: no process of this host is in such a container",
        refused.getMessage());
  }

  private static Target target(String namespace, String pod) {
    return new Target(
        Labels.of(Map.of(Labels.SERVICE_NAME, "a", Labels.NAMESPACE, namespace, Labels.POD, pod)));
  }

  private static ProcessSelection pod(String name) {
    return ProcessSelection.of(List.of(), Optional.empty(), Optional.of(name));
  }

  @Test
  void podIsSelectedByItsLabels() {
    ProcessSelection selection = pod("shop/web-0");
    assertEquals("pod shop/web-0", selection.toString());
    assertFalse(selection.isWholeHost());
    assertFalse(selection.hasEnded());
    ProcessFacts process = new ProcessFacts(1, 1, 0, "a", "a");
    Target web = target("shop", "web-0");
    assertEquals(web, selection.narrow(p -> web).resolve(process));
    for (Resolution other :
        List.of(
            target("shop", "web-1"),
            target("bank", "web-0"),
            TARGET,
            new Unmatched(Unmatched.Reason.POD_UNKNOWN))) {
      assertInstanceOf(Excluded.class, selection.narrow(p -> other).resolve(process));
    }
  }

  @Test
  void whatWaitsMayBeOfThePod() {
    Target web = target("shop", "web-0");
    Resolution[] known = {null};
    Waiting first = new Waiting("c", () -> known[0]);
    known[0] = first;
    TargetResolver narrowed = pod("shop/web-0").narrow(p -> first);
    Waiting waiting =
        assertInstanceOf(Waiting.class, narrowed.resolve(new ProcessFacts(1, 1, 0, "a", "a")));
    assertEquals("c", waiting.container());
    assertInstanceOf(Waiting.class, waiting.settle());
    known[0] = web;
    assertEquals(web, waiting.settle());
    known[0] = target("shop", "web-1");
    assertInstanceOf(Excluded.class, waiting.settle());
  }

  @Test
  void wrongPodsAreRefused() {
    for (String name : List.of("web-0", "/web-0", "shop/", "shop/web/0", "")) {
      assertThrows(IllegalArgumentException.class, () -> pod(name));
    }
    assertThrows(
        IllegalArgumentException.class,
        () -> ProcessSelection.of(List.of(), Optional.of("0123456789"), Optional.of("a/b")));
  }
}
