package io.nodeflame.collector.daemon;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What {@code docs/metrics.md} says. */
final class DocumentedMetrics {
  private static final Pattern ROW =
      Pattern.compile("\\| `(nodeflame_\\w+)` \\| (.*?) ?\\| .* \\|");

  private static final String IN_KUBERNETES = "In Kubernetes also:";

  private DocumentedMetrics() {}

  static String text() throws IOException {
    return Files.readString(Path.of("..", "docs", "metrics.md"));
  }

  /** Names of labels by metric, as the table of every host lists them. */
  static Map<String, String> labels() throws IOException {
    return labels(text().substring(0, text().indexOf(IN_KUBERNETES)));
  }

  /** Those that are there in Kubernetes only. */
  static Map<String, String> labelsInKubernetes() throws IOException {
    return labels(text().substring(text().indexOf(IN_KUBERNETES)));
  }

  private static Map<String, String> labels(String part) {
    Map<String, String> labels = new TreeMap<>();
    for (String line : part.lines().toList()) {
      Matcher row = ROW.matcher(line);
      if (row.matches()) {
        labels.put(row.group(1), row.group(2).replace("`", "").trim());
      }
    }
    return labels;
  }
}
