package io.nodeflame.collector.daemon;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nodeflame.bpf.EndReason;
import io.nodeflame.collector.account.DropReason;
import io.nodeflame.symbolizer.UnnamedReason;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** {@code docs/metrics.md} names, for each metric, the reasons that its label may have. */
class DocumentedReasonsTest {
  /** Words of one part only: keys of the configuration and capabilities look otherwise. */
  private static final Pattern REASON = Pattern.compile("`([a-z]+(?:_[a-z]+)*)`");

  /** Of the paragraph that begins so; what stands before the colon names the metric. */
  private static Set<String> documented(String begin) throws IOException {
    List<String> paragraphs =
        Arrays.stream(DocumentedMetrics.text().split("\n\n", -1))
            .filter(paragraph -> paragraph.startsWith(begin))
            .toList();
    assertEquals(1, paragraphs.size(), begin);
    String text = paragraphs.get(0);
    Set<String> reasons = new TreeSet<>();
    REASON
        .matcher(text.substring(text.indexOf(':')))
        .results()
        .forEach(reason -> reasons.add(reason.group(1)));
    return reasons;
  }

  private static <T> Set<String> labels(T[] values, Function<T, String> label, String... more) {
    Set<String> labels = new TreeSet<>(List.of(more));
    Stream.of(values).map(label).forEach(labels::add);
    return labels;
  }

  @Test
  void droppedSamples() throws IOException {
    assertEquals(
        labels(DropReason.values(), DropReason::label, "idle", "outside", "thinned"),
        documented("`samples_dropped_total`"));
  }

  @Test
  void lostSamples() throws IOException {
    assertEquals(Set.of("ring_full", "no_scratch"), documented("`samples_lost_total`"));
  }

  @Test
  void endsOfStacks() throws IOException {
    assertEquals(labels(EndReason.values(), EndReason::label), documented("`stacks_total`"));
  }

  @Test
  void framesWithoutNames() throws IOException {
    assertEquals(
        labels(UnnamedReason.values(), UnnamedReason::label, "named"),
        documented("`frames_total`"));
  }

  @Test
  void dropsOfAnEndpoint() throws IOException {
    assertEquals(
        labels(
            io.nodeflame.collector.delivery.DropReason.values(),
            io.nodeflame.collector.delivery.DropReason::label),
        documented("`sink_samples_dropped_total` of an endpoint"));
  }

  @Test
  void dropsOfTheStore() throws IOException {
    Set<String> refusals = new TreeSet<>();
    for (var reason : io.nodeflame.collector.store.DropReason.values()) {
      if (reason.isRefusal()) { // what goes later was delivered
        refusals.add(reason.label());
      }
    }
    assertTrue(refusals.size() > 1);
    assertEquals(refusals, documented("`sink_samples_dropped_total` of the store"));
  }
}
