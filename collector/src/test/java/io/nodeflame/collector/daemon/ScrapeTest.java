package io.nodeflame.collector.daemon;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nodeflame.bpf.KernelTest;
import io.nodeflame.collector.config.ConfigLoader;
import io.nodeflame.collector.config.NodeflameConfig;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A scrape of a daemon that runs is what {@code docs/metrics.md} says. */
@KernelTest
class ScrapeTest {
  private static final Pattern TYPE = Pattern.compile("# TYPE (\\w+) \\w+");
  private static final Pattern POINT = Pattern.compile("(\\w+)\\{(.*)\\} .*");
  private static final Pattern LABEL = Pattern.compile("(\\w+)=\"[^\"]*\"");

  @TempDir Path dir;

  @Test
  void everyMetricIsDocumentedAndNoOther() throws Exception {
    NodeflameConfig config =
        ConfigLoader.load(
                """
                symbols: {cacheDir: '${DIR}/cache'}
                store: {enabled: true, dir: '${DIR}/store'}
                server: {listen: '127.0.0.1:0'}
                pyroscope: [{url: 'http://127.0.0.1:1'}]
                """,
                Map.of("DIR", dir.toString()))
            .config();
    String scrape;
    try (Daemon daemon = Daemon.start(config, java.util.Map.of(), "test")) {
      awaitNamedFrame(daemon);
      scrape = get(daemon);
    }
    Map<String, String> scraped = new TreeMap<>();
    for (String line : scrape.lines().toList()) {
      Matcher type = TYPE.matcher(line);
      Matcher point = POINT.matcher(line);
      if (type.matches()) {
        scraped.putIfAbsent(type.group(1), "");
      } else if (point.matches()) {
        scraped.put(
            point.group(1),
            LABEL
                .matcher(point.group(2))
                .results()
                .map(label -> label.group(1))
                .collect(Collectors.joining(", ")));
      }
    }
    assertEquals(DocumentedMetrics.labels(), scraped);
  }

  /** Frames are counted per reason only once there are some. */
  private static void awaitNamedFrame(Daemon daemon) throws InterruptedException {
    for (int i = 0; i < 300 && daemon.report().namedFrames() == 0; i++) {
      Thread.sleep(100);
    }
    assertTrue(daemon.report().namedFrames() > 0);
  }

  private static String get(Daemon daemon) throws Exception {
    URI metrics = URI.create("http://127.0.0.1:" + daemon.port() + "/metrics");
    return HttpClient.newHttpClient()
        .send(HttpRequest.newBuilder(metrics).build(), HttpResponse.BodyHandlers.ofString())
        .body();
  }
}
