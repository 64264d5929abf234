package io.nodeflame.collector.daemon;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nodeflame.collector.config.ConfigLoader;
import io.nodeflame.collector.config.NodeflameConfig;
import io.prometheus.metrics.expositionformats.PrometheusTextFormatWriter;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ConfigReloadTest {
  @TempDir Path dir;
  private final List<NodeflameConfig> used = new ArrayList<>();
  private final List<String> warnings = new ArrayList<>();
  private final ReloadCounts counts = new ReloadCounts();
  private Path file;

  private ConfigReload reload(String yaml) throws Exception {
    file = Files.writeString(dir.resolve("c.yaml"), yaml);
    NodeflameConfig config = ConfigLoader.load(yaml, Map.of()).config();
    return new ConfigReload(
        file,
        config,
        content -> ConfigLoader.load(content, Map.of()),
        this::use,
        counts,
        warnings::add);
  }

  private void use(NodeflameConfig config) {
    ModuleSettings.discovery(config); // what the daemon makes of it
    used.add(config);
  }

  private String counted() throws Exception {
    MetricSnapshots.Builder out = MetricSnapshots.builder();
    counts.addTo(out);
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    PrometheusTextFormatWriter.create().write(bytes, out.build());
    StringBuilder values = new StringBuilder();
    bytes
        .toString(StandardCharsets.UTF_8)
        .lines()
        .filter(line -> !line.startsWith("#"))
        .forEach(
            line ->
                values
                    .append((int) Double.parseDouble(line.substring(line.lastIndexOf(' '))))
                    .append(' '));
    return values.toString().strip();
  }

  /** In the order of the text: last successful, applied, refused, unchanged. */
  private void assertCounted(int good, int applied, int refused, int unchanged) throws Exception {
    assertEquals("%d %d %d %d".formatted(good, applied, refused, unchanged), counted());
  }

  private static void looks(ConfigReload reload, int times) {
    for (int i = 0; i < times; i++) {
      reload.look(false);
    }
  }

  @Test
  void aChangeCountsWhenItIsSeenTwice() throws Exception {
    ConfigReload reload = reload("labels: {static: {a: b}}");
    looks(reload, 5);
    assertCounted(1, 0, 0, 0);
    Files.writeString(file, "");
    looks(reload, 1);
    Files.writeString(file, "labels: {static: {a: c}}");
    looks(reload, 1);
    assertEquals(List.of(), used, "an empty file was only half of a change");
    looks(reload, 3);
    assertEquals(1, used.size());
    assertEquals(Map.of("a", "c"), used.get(0).labels().fixed());
    assertCounted(1, 1, 0, 0);
    assertEquals(List.of(), warnings);
  }

  @Test
  void aSignalTakesTheFileAtOnce() throws Exception {
    ConfigReload reload = reload("labels: {static: {a: b}}");
    Files.writeString(file, "targets: {otherProcesses: false}");
    reload.look(true);
    assertFalse(used.get(0).targets().otherProcesses());
    assertEquals(Map.of(), used.get(0).labels().fixed());
    reload.look(true);
    assertEquals(1, used.size());
    assertCounted(1, 1, 0, 1);
  }

  @Test
  void aBadFileIsRefusedOnceWithEveryProblem() throws Exception {
    ConfigReload reload = reload("labels: {static: {a: b}}");
    Files.writeString(file, "sampling: {frequencyHz: 0}\nstores: {}\n");
    looks(reload, 6);
    String refused = file + " is refused, what was in force stays: ";
    assertEquals(
        List.of(
            refused + "line 1: sampling.frequencyHz: '0' is not allowed; allowed: 1..1000",
            refused + "line 2: stores: unknown key; did you mean 'store'?"),
        warnings);
    assertCounted(0, 0, 1, 0);
    Files.writeString(file, "labels: {static: {a: b}}");
    looks(reload, 2);
    assertCounted(1, 0, 1, 1);
    assertEquals(List.of(), used);
  }

  @Test
  void whatTheDaemonCannotUseIsRefusedToo() throws Exception {
    ConfigReload reload = reload("nodeName: n1");
    Files.writeString(file, "nodeName: n1\nlabels: {static: {node: other, service_name: x}}");
    looks(reload, 2);
    assertEquals(List.of(), used);
    assertEquals(2, warnings.size(), warnings::toString);
    assertTrue(warnings.get(1).contains("labels.static: node is set by nodeName"), warnings.get(1));
    assertCounted(0, 0, 1, 0);
  }

  @Test
  void keysThatNeedARestartAreNamedAndKept() throws Exception {
    ConfigReload reload = reload("sampling: {frequencyHz: 19}");
    Files.writeString(
        file, "{nodeName: n2, sampling: {frequencyHz: 99, window: 5s}, labels: {static: {a: b}}}");
    looks(reload, 2);
    assertEquals(
        List.of(
            file
                + ": takes effect at the next start: nodeName, sampling.frequencyHz,"
                + " sampling.window"),
        warnings);
    assertEquals(19, used.get(0).sampling().frequencyHz());
    assertEquals("", used.get(0).nodeName());
    Files.writeString(file, "{sampling: {frequencyHz: 98}, labels: {static: {a: b}}}");
    looks(reload, 2);
    assertEquals(1, used.size());
    assertCounted(1, 1, 0, 1);
  }

  @Test
  void aConfigMapChangesByALinkAboveTheFile() throws Exception {
    Path data = dir.resolve("..data");
    for (String version : List.of("one", "two")) {
      Path directory = Files.createDirectory(dir.resolve(version));
      Files.writeString(directory.resolve("m.yaml"), "labels: {static: {v: " + version + "}}");
    }
    Files.createSymbolicLink(data, Path.of("one"));
    Path link = Files.createSymbolicLink(dir.resolve("m.yaml"), Path.of("..data/m.yaml"));
    ConfigReload reload =
        new ConfigReload(
            link,
            ConfigLoader.load(link, Map.of()).config(),
            content -> ConfigLoader.load(content, Map.of()),
            this::use,
            counts,
            warnings::add);
    looks(reload, 3);
    Path next = Files.createSymbolicLink(dir.resolve("..data_tmp"), Path.of("two"));
    Files.move(next, data, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    looks(reload, 2);
    assertEquals(Map.of("v", "two"), used.get(0).labels().fixed());
  }

  @Test
  void aFileThatIsAwayIsSaidOnce() throws Exception {
    ConfigReload reload = reload("labels: {static: {a: b}}");
    Files.delete(file);
    looks(reload, 5);
    String said =
        file + " is refused, what was in force stays: it cannot be read: it does not exist";
    assertEquals(List.of(said), warnings);
    assertCounted(0, 0, 1, 0);
    reload.look(true);
    assertEquals(List.of(said, file + " still cannot be read: it does not exist"), warnings);
    assertCounted(0, 0, 1, 0);
    Files.writeString(file, "labels: {static: {a: b}}");
    looks(reload, 2);
    assertCounted(1, 0, 1, 1);
  }

  @Test
  void aChangeBetweenStartAndFirstLookCounts() throws Exception {
    file = Files.writeString(dir.resolve("c.yaml"), "labels: {static: {a: b}}");
    ConfigReload reload =
        new ConfigReload(
            file,
            NodeflameConfig.DEFAULT,
            content -> ConfigLoader.load(content, Map.of()),
            this::use,
            counts,
            warnings::add);
    looks(reload, 2);
    assertEquals(1, used.size());
  }
}
