package io.nodeflame.discovery.host;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nodeflame.discovery.ExecutableName;
import io.nodeflame.discovery.PlainText;
import io.nodeflame.discovery.ProcessFacts;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NamesTest {
  @ParameterizedTest
  @CsvSource({
    "kworker/u8:3-events_unbound, kernel/kworker",
    "kworker/R-sync_wq, kernel/kworker",
    "ksoftirqd/0, kernel/ksoftirqd",
    "kswapd0, kernel/kswapd",
    "scsi_eh_12, kernel/scsi_eh",
    "jbd2/vda1-8, kernel/jbd2",
    "kdmflush/253:0, kernel/kdmflush",
    "vhost-48213, kernel/vhost",
    "rcu_preempt, kernel/rcu_preempt",
    "md127_raid1, kernel/md127_raid",
    "kthreadd, kernel/kthreadd",
    "/x, kernel",
    "12, kernel",
    "'', kernel",
  })
  void kernelThreads(String comm, String name) {
    assertEquals(name, KernelThreadName.of(comm));
  }

  @ParameterizedTest
  @CsvSource({
    "/usr/sbin/nginx, nginx",
    "nginx, nginx",
    "/usr/bin/node (deleted), node",
    "/memfd:x (deleted), memfd:x",
    "/opt/my app/my app, my app",
    "/opt/dir/, ''",
    "'', ''",
    "(deleted), (deleted)",
  })
  void executables(String path, String name) {
    assertEquals(name, ExecutableName.of(path));
  }

  @Test
  void plainTextNeverCutsACharacterInTwo() {
    assertEquals("aa\u2026", PlainText.of("aa\ud83d\ude00", 3));
    assertEquals("aa\ud83d\ude00", PlainText.of("aa\ud83d\ude00", 4));
    assertEquals("aa\u2026", PlainText.of("aa\ud83d\ude00b", 4));
    assertEquals("aa\ud83d\ude00\u2026", PlainText.of("aa\ud83d\ude00bc", 5));
    assertEquals("_", PlainText.of("\ude00", 4));
    assertTrue(PlainText.isPlain("nginx \u00e9\u4e2d"));
    assertFalse(PlainText.isPlain("a\tb"));
    assertFalse(PlainText.isPlain("a\ud800"));
  }

  @Test
  void whatIsCutEndsInAnEllipsis() {
    assertEquals("abcd", PlainText.of("abcd", 4));
    assertEquals("abc\u2026", PlainText.of("abcde", 4));
    assertEquals("\u2026", PlainText.of("abc", 1));
    assertEquals("ab\u2026", PlainText.of("ab cdef", 4));
    assertEquals("abcd", PlainText.of("abcd" + " ".repeat(100), 4));
    String cut = ExecutableName.of("/usr/bin/" + "x".repeat(129));
    assertEquals("x".repeat(127) + "\u2026", cut);
    assertEquals(cut, ExecutableName.of(cut)); // a name that is cut again stays as it is
    assertEquals(cut, new ProcessFacts(1, 0, 0, "x".repeat(500), "").comm());
  }

  @Test
  void statOfAHostileName() {
    String tail = " S 1 1 1 0 -1 4194560 5 0 3 0 1 2 0 0 20 0 1 0 4711 2158592 107\n";
    ProcessStat stat = ProcessStat.parse("9 (a) R (b) 2)" + tail).orElseThrow();
    assertEquals("a) R (b) 2", stat.comm());
    assertEquals(4711, stat.startTicks());
    assertFalse(stat.isKernelThread());
    assertTrue(stat.startedAt(47_119_999_999L));
    assertFalse(stat.startedAt(47_120_000_000L));
    assertTrue(stat.startedAt(0));
  }

  @Test
  void malformedStatIsNone() {
    for (String text :
        new String[] {
          "",
          "1",
          "1 (",
          "1 (a)",
          "1 (a) ",
          ") (",
          "1 (a) S 1 1",
          "1 (a) S 1 1 1 0 -1 x 5 0 3 0 1 2 0 0 20 0 1 0 4711 2"
        }) {
      assertEquals(Optional.empty(), ProcessStat.parse(text), text);
    }
  }

  @Test
  void factsRefuseNegativePids() {
    assertThrows(IllegalArgumentException.class, () -> new ProcessFacts(-1, 0, 0, "", ""));
  }
}
