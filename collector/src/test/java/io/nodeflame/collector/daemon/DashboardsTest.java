package io.nodeflame.collector.daemon;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

/** The dashboards ask for metrics and labels that there are. */
class DashboardsTest {
  private static final Path DIRECTORY = Path.of("..", "deploy", "dashboards");
  private static final Pattern SELECTOR = Pattern.compile("(nodeflame_\\w+)\\{([^}]*)\\}");
  private static final Pattern MATCHER = Pattern.compile("(\\w+)\\s*(?:=~|!~|!=|=)");
  private static final Pattern GROUPING = Pattern.compile("by \\(([^)]*)\\)");

  /** Given by who scrapes. */
  private static final Set<String> SCRAPE_LABELS = Set.of("node");

  static List<Path> dashboards() throws IOException {
    try (Stream<Path> files = Files.list(DIRECTORY)) {
      return files.filter(file -> file.toString().endsWith(".json")).sorted().toList();
    }
  }

  @Test
  void eachHasItsOwnUid() throws IOException {
    List<String> uids = new ArrayList<>();
    for (Path file : dashboards()) {
      uids.add((String) json(file).get("uid"));
    }
    assertEquals(3, Set.copyOf(uids).size(), uids::toString);
  }

  @ParameterizedTest
  @MethodSource("dashboards")
  void queriesNameDocumentedMetricsAndLabels(Path file) throws IOException {
    Map<String, String> documented = DocumentedMetrics.labels();
    for (Map<?, ?> target : targets(json(file))) {
      if (!(target.get("expr") instanceof String expression)) {
        assertTrue(String.valueOf(target.get("profileTypeId")).startsWith("process_cpu:cpu:"));
        continue;
      }
      Set<String> labels = new TreeSet<>(SCRAPE_LABELS);
      Matcher selector = SELECTOR.matcher(expression);
      int selectors = 0;
      while (selector.find()) {
        selectors++;
        String known = documented.get(selector.group(1));
        assertTrue(known != null, () -> "no such metric in " + expression);
        labels.addAll(List.of(known.split(", ", -1)));
        Matcher matcher = MATCHER.matcher(selector.group(2));
        while (matcher.find()) {
          assertTrue(labels.contains(matcher.group(1)), () -> "no such label in " + expression);
        }
      }
      assertTrue(selectors > 0, expression);
      Matcher grouping = GROUPING.matcher(expression);
      while (grouping.find()) {
        for (String label : grouping.group(1).split(", ", -1)) {
          assertTrue(labels.contains(label), () -> label + " in " + expression);
        }
      }
    }
  }

  @ParameterizedTest
  @MethodSource("dashboards")
  void noPanelLiesOnAnother(Path file) throws IOException {
    Set<String> cells = new TreeSet<>();
    Set<Object> ids = new TreeSet<>();
    for (Map<?, ?> panel : maps(json(file).get("panels"))) {
      assertTrue(ids.add(panel.get("id")), panel::toString);
      Map<?, ?> place = (Map<?, ?>) panel.get("gridPos");
      int right = number(place, "x") + number(place, "w");
      assertTrue(right <= 24, panel::toString);
      for (int x = number(place, "x"); x < right; x++) {
        for (int y = number(place, "y"); y < number(place, "y") + number(place, "h"); y++) {
          assertTrue(cells.add(x + "," + y), () -> panel.get("title") + " lies on another");
        }
      }
    }
    assertFalse(cells.isEmpty());
  }

  private static int number(Map<?, ?> map, String key) {
    return (Integer) map.get(key);
  }

  private static List<Map<?, ?>> targets(Map<?, ?> dashboard) {
    List<Map<?, ?>> targets = new ArrayList<>();
    maps(dashboard.get("panels")).forEach(panel -> targets.addAll(maps(panel.get("targets"))));
    assertFalse(targets.isEmpty());
    return targets;
  }

  private static List<Map<?, ?>> maps(Object list) {
    List<Map<?, ?>> maps = new ArrayList<>();
    ((List<?>) list).forEach(value -> maps.add((Map<?, ?>) value));
    return maps;
  }

  /** JSON is YAML. */
  private static Map<?, ?> json(Path file) throws IOException {
    String text = Files.readString(file);
    return (Map<?, ?>) new Load(LoadSettings.builder().build()).loadFromString(text);
  }
}
