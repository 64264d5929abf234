package io.nodeflame.discovery.kubernetes;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ProblemsTest {
  private final List<String> warnings = new ArrayList<>();
  private long now;
  private final Problems problems = new Problems(warnings::add, () -> now);

  @Test
  void isSaidWhenItBegins() {
    problems.say("a", "first");
    problems.say("a", "second");
    problems.say("b", "other");
    assertEquals(List.of("first", "other"), warnings);
    assertEquals("first", problems.sentence("a"));
    problems.solved("a");
    assertEquals("", problems.sentence("a"));
  }

  @Test
  void whatComesAndGoesIsSaidNowAndThen() {
    for (int i = 0; i < 21; i++) {
      problems.say("a", "again");
      problems.solved("a");
      now += Duration.ofMinutes(1).toNanos();
    }
    assertEquals(3, warnings.size());
  }

  @Test
  void causesAreShort() {
    Throwable cause = new IOException("line\nbreak" + "x".repeat(1000));
    String text = Problems.cause(new IllegalStateException(new RuntimeException(cause)));
    assertEquals("IOException: line break", text.substring(0, 23));
    assertEquals(203, text.length());
    assertEquals("IOException", Problems.cause(new IOException()));
  }
}
