package io.nodeflame.collector.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** The samples' accounts as one scrape's text tells them. */
record Scrape(Map<String, Long> values) {

  /** Reads lines such as {@code name{a="b",c="d"} 1.2E7} of the metrics about samples. */
  static Scrape parse(String text) {
    Map<String, Long> values = new LinkedHashMap<>();
    text.lines()
        .filter(line -> line.startsWith("nodeflame_sa") || line.startsWith("nodeflame_sink_sa"))
        .filter(line -> !line.startsWith("nodeflame_sampling"))
        .forEach(
            line -> {
              int blank = line.lastIndexOf(' ');
              double value = Double.parseDouble(line.substring(blank + 1));
              assertEquals(Math.rint(value), value, line);
              values.put(line.substring(0, blank), (long) value);
            });
    return new Scrape(values);
  }

  long sum(String metric) {
    return sum(metric, "");
  }

  /** Sum of a metric over all its series that have this label. */
  long sum(String metric, String label) {
    long sum = 0;
    boolean isThere = false;
    for (Map.Entry<String, Long> entry : values.entrySet()) {
      String series = entry.getKey();
      if ((series.equals(metric) || series.startsWith(metric + "{")) && series.contains(label)) {
        sum += entry.getValue();
        isThere = true;
      }
    }
    assertTrue(isThere || metric.endsWith("dropped_total"), metric + " is missing in " + values);
    return sum;
  }

  long lostInRing() {
    return sum("nodeflame_samples_lost_total", "reason=\"ring_full\"");
  }

  long delivered(String sink) {
    return sum("nodeflame_sink_samples_delivered_total", "sink=\"" + sink + "\"");
  }

  long waiting(String sink) {
    return sum("nodeflame_sink_samples_waiting", "sink=\"" + sink + "\"");
  }

  long dropped(String sink) {
    return sum("nodeflame_sink_samples_dropped_total", "sink=\"" + sink + "\"");
  }

  private Set<String> sinks() {
    Set<String> sinks = new TreeSet<>();
    for (String series : values.keySet()) {
      int at = series.indexOf("sink=\"");
      if (at >= 0) {
        sinks.add(series.substring(at + 6, series.indexOf('"', at + 6)));
      }
    }
    return sinks;
  }

  /** taken = delivered + waiting + each kind of loss, for every sink; nothing is negative. */
  void assertAddsUp(Set<String> expectedSinks) {
    assertEquals(expectedSinks, sinks());
    values.forEach((series, value) -> assertFalse(value < 0, () -> series + " is " + value));
    long beforeSinks =
        sum("nodeflame_samples_dropped_total")
            + sum("nodeflame_samples_lost_total")
            + sum("nodeflame_samples_waiting");
    for (String sink : expectedSinks) {
      assertEquals(
          sum("nodeflame_samples_taken_total"),
          beforeSinks + delivered(sink) + waiting(sink) + dropped(sink),
          () -> sink + ": " + values);
    }
  }
}
