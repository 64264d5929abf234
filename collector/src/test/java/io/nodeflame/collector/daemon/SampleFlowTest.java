package io.nodeflame.collector.daemon;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class SampleFlowTest {
  private final AtomicLong seconds = new AtomicLong();
  private final SampleFlow flow =
      new SampleFlow(Duration.ofSeconds(60), () -> seconds.get() * 1_000_000_000L);

  @Test
  void notReadyBeforeTheFirstSampleAndWhenTheyCease() {
    assertEquals("no sample was taken yet", flow.problem(0));
    assertEquals("", flow.problem(1));
    seconds.set(60);
    assertEquals("", flow.problem(1));
    seconds.set(61);
    assertEquals("no sample was taken for 61 s", flow.problem(1));
    assertEquals("", flow.problem(2));
  }
}
