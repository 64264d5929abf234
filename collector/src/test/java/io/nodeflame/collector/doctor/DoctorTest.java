package io.nodeflame.collector.doctor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.nodeflame.collector.config.ConfigLoader;
import io.nodeflame.collector.config.NodeflameConfig;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DoctorTest {
  private static final List<Check> CHECKS =
      List.of(
          () -> CheckResult.ok("btf", "there"),
          () -> CheckResult.warning("kptr_restrict", "hidden \u001b[2J\nnames", "show \"them\""),
          () -> CheckResult.failed("CAP_BPF", "missing", "add it"));

  @Test
  void textIsAligned() {
    assertEquals(
        """
        ok       btf            there
        warning  kptr_restrict  hidden  [2J names
                                fix: show "them"
        failed   CAP_BPF        missing
                                fix: add it
        1 ok, 1 warning, 1 failed
        """,
        DoctorText.of(new Doctor(CHECKS).run(), false));
  }

  @Test
  void colorsOnlyOnRequest() {
    String colored = DoctorText.of(new Doctor(CHECKS).run(), true);
    assertTrue(colored.contains("\u001b[32mok     \u001b[0m  btf"), colored);
    assertTrue(colored.contains("\u001b[31mfailed \u001b[0m"), colored);
    assertEquals(
        DoctorText.of(new Doctor(CHECKS).run(), false), colored.replaceAll("\u001b\\[\\d+m", ""));
  }

  @Test
  void jsonHoldsTheSame() throws IOException {
    List<String> values = new ArrayList<>();
    try (JsonParser json =
        new JsonFactory().createParser(DoctorJson.of(new Doctor(CHECKS).run()))) {
      for (JsonToken token = json.nextToken(); token != null; token = json.nextToken()) {
        if (token.isScalarValue()) {
          values.add(json.currentName() + "=" + json.getText());
        }
      }
    }
    assertEquals(
        List.of(
            "healthy=false",
            "name=btf",
            "status=ok",
            "what=there",
            "fix=",
            "name=kptr_restrict",
            "status=warning",
            "what=hidden  [2J names",
            "fix=show \"them\"",
            "name=CAP_BPF",
            "status=failed",
            "what=missing",
            "fix=add it"),
        values);
  }

  @Test
  void warningsAreHealthyAndFailuresAreNot() {
    assertTrue(new Doctor(CHECKS.subList(0, 2)).run().isHealthy());
    assertFalse(new Doctor(CHECKS).run().isHealthy());
    assertTrue(new Doctor(List.of()).run().isHealthy());
  }

  @Test
  void brokenCheckIsAFailureAndTheOthersRun() {
    DoctorReport report =
        new Doctor(
                List.of(
                    () -> {
                      throw new IllegalStateException("oops");
                    },
                    CHECKS.get(0)))
            .run();
    assertFalse(report.isHealthy());
    assertTrue(report.results().get(0).what().contains("oops"));
    assertEquals("btf", report.results().get(1).name());
  }

  @Test
  void directoriesAndEndpointsComeFromTheConfiguration(@TempDir Path dir) throws Exception {
    NodeflameConfig config =
        ConfigLoader.load(
                """
                store: { enabled: true }
                pyroscope:
                  - { name: a, url: "http://127.0.0.1:1", spool: { maxSize: 0B } }
                  - { name: b, url: "http://127.0.0.1:1" }
                """,
                Map.of())
            .config();
    List<String> names =
        new Doctor(DoctorChecks.of(new FakeNode(dir).roots(), config))
            .run().results().stream().map(CheckResult::name).toList();
    assertEquals(
        List.of("symbol cache", "store", "endpoint a", "endpoint b"),
        names.subList(names.size() - 4, names.size()));
    assertFalse(names.toString().contains("spool"), "nothing writes it yet");
  }
}
