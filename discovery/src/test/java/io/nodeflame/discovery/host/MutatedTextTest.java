package io.nodeflame.discovery.host;

import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nodeflame.discovery.ExecutableName;
import io.nodeflame.discovery.PlainText;
import io.nodeflame.discovery.cgroup.CgroupHierarchy;
import io.nodeflame.discovery.cgroup.ProcessCgroups;
import java.util.Optional;
import java.util.Random;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

/**
 * Each parser of {@code /proc} text, over texts with a few characters changed: never an exception.
 */
class MutatedTextTest {
  private static final String LETTERS = "/.:,-_@\\ ()\n\0\ud800\u202e0123456789abcxyz";
  private static final int ROUNDS = 20_000;

  private final Random random = new Random(7);

  /** The parser must find something in some of the texts and nothing in others. */
  private <T> void mutate(
      String text, Function<String, Optional<T>> parser, Function<T, String> shown) {
    int found = 0;
    for (int round = 0; round < ROUNDS; round++) {
      StringBuilder mutated = new StringBuilder(text);
      for (int edits = 1 + random.nextInt(12); edits > 0 && !mutated.isEmpty(); edits--) {
        int at = random.nextInt(mutated.length());
        switch (random.nextInt(4)) {
          case 0 -> mutated.setCharAt(at, LETTERS.charAt(random.nextInt(LETTERS.length())));
          case 1 -> mutated.deleteCharAt(at);
          case 2 -> mutated.insert(at, LETTERS.charAt(random.nextInt(LETTERS.length())));
          default -> mutated.delete(at, Math.min(mutated.length(), at + random.nextInt(30)));
        }
      }
      Optional<T> value = parser.apply(mutated.toString());
      if (value.isPresent()) {
        found++;
        assertTrue(shown.apply(value.get()).startsWith("/"), mutated.toString());
      }
    }
    assertNotEquals(0, found);
    assertNotEquals(ROUNDS, found);
  }

  @Test
  void processCgroups() {
    mutate(
        "2:pids:/a.slice/b.service\n0::/a.slice/b.service\n",
        text -> ProcessCgroups.parse(text).identifyingPath(),
        path -> path);
  }

  @Test
  void mountinfo() {
    mutate(
        "35 24 0:30 / /sys/fs/cg\\040roup rw,nosuid shared:9 - cgroup2 cgroup2 rw,nsdelegate\n",
        CgroupHierarchy::detect,
        hierarchy -> hierarchy.mountRoot());
  }

  @Test
  void stat() {
    mutate(
        "9 (a b) S 1 1 1 0 -1 4194560 5 0 3 0 1 2 0 0 20 0 1 0 4711 2158592 107 18446744073709551615",
        ProcessStat::parse,
        stat -> PlainText.isPlain(stat.comm()) ? "/" : "not plain: " + stat.comm());
  }

  @Test
  void names() {
    mutate(
        "/usr/lib/firefox/firefox-bin (deleted)",
        text -> Optional.of(ExecutableName.of(text)).filter(name -> !name.isEmpty()),
        name -> PlainText.isPlain(name) && name.indexOf('/') < 0 ? "/" : name);
  }
}
