package io.nodeflame.collector.daemon;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.nodeflame.bpf.EndReason;
import io.nodeflame.collector.account.DropReason;
import io.nodeflame.symbolizer.UnnamedReason;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** {@code docs/metrics.md} knows every reason that a label may have. */
class DocumentedReasonsTest {
  @Test
  void everyReasonIsDocumented() throws IOException {
    List<String> reasons = new ArrayList<>();
    for (DropReason reason : DropReason.values()) {
      reasons.add(reason.label());
    }
    for (EndReason reason : EndReason.values()) {
      reasons.add(reason.label());
    }
    for (UnnamedReason reason : UnnamedReason.values()) {
      reasons.add(reason.label());
    }
    for (var reason : io.nodeflame.collector.delivery.DropReason.values()) {
      reasons.add(reason.label());
    }
    for (var reason : io.nodeflame.collector.store.DropReason.values()) {
      if (reason != io.nodeflame.collector.store.DropReason.RETENTION
          && reason != io.nodeflame.collector.store.DropReason.SIZE
          && reason != io.nodeflame.collector.store.DropReason.FILE_FAILED) { // delivered before
        reasons.add(reason.label());
      }
    }
    String text = DocumentedMetrics.text();
    reasons.removeIf(reason -> text.contains("`" + reason + "`"));
    assertEquals(List.of(), reasons);
  }
}
