package io.nodeflame.collector.daemon;

import io.prometheus.metrics.expositionformats.PrometheusTextFormatWriter;
import io.prometheus.metrics.model.registry.MultiCollector;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.function.Supplier;

/** Writes a scrape in Prometheus' text format 0.0.4. */
final class MetricsText implements Supplier<String> {
  private final MultiCollector collector;
  private final PrometheusTextFormatWriter writer = PrometheusTextFormatWriter.create();

  MetricsText(MultiCollector collector) {
    this.collector = collector;
  }

  @Override
  public String get() {
    ByteArrayOutputStream out = new ByteArrayOutputStream(16 * 1024);
    try {
      writer.write(out, collector.collect());
    } catch (IOException e) {
      throw new UncheckedIOException(e); // memory does not fail
    }
    return out.toString(StandardCharsets.UTF_8);
  }
}
