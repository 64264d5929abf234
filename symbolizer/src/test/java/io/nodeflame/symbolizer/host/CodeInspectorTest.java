package io.nodeflame.symbolizer.host;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nodeflame.symbolizer.CodeReport;
import io.nodeflame.symbolizer.elf.Toolchain;
import io.nodeflame.symbolizer.process.ProcFs;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Of running programs, this Java machine among them. */
class CodeInspectorTest {
  @TempDir Path directory;
  private HostBench bench;

  @BeforeEach
  void open() throws IOException {
    bench = HostBench.of(directory.resolve("cache"));
  }

  @AfterEach
  void close() {
    bench.close();
  }

  @Test
  void aJavaMachineIsToldByItsVersion() {
    int pid = (int) ProcessHandle.current().pid();
    long start = ProcFs.ofSystem().startTimeTicks(pid).orElseThrow();
    CodeReport report = bench.symbolizer().inspect(pid, start).orElseThrow();
    assertEquals("HotSpot " + Runtime.version().feature(), report.runtime());
    assertTrue(report.stacks().startsWith("Java frames as the Java machine lays them out"));
    assertTrue(report.names().get(0).startsWith("Java methods: "), report::toString);
    assertEquals(0, report.missing().size(), report::toString);
    assertEquals(Optional.empty(), bench.symbolizer().inspect(pid, start + 1), "another process");
  }

  @Test
  void aPerfMapIsTold() throws IOException {
    Path program = new Toolchain(directory).compile("victim", Victim.SOURCE, "-ldl");
    try (Victim victim = Victim.start(program)) {
      CodeReport without = inspect(victim);
      assertEquals("native code", without.runtime());
      assertEquals("by frame pointer", without.stacks());
      assertEquals(0, without.missing().size(), without::toString);

      Path map = Path.of("/tmp/perf-" + victim.pid() + ".map");
      try {
        Files.writeString(map, "1000 10 generated\n");
        CodeReport with = inspect(victim);
        assertTrue(with.names().contains("other run-time code: " + map + " of its root"));
        assertEquals(0, with.missing().size(), with::toString);

        Files.writeString(map, "nonsense\n");
        CodeReport garbage = inspect(victim);
        assertEquals(
            List.of(map + " is not used: it has no line that names code"), garbage.missing());

        Files.delete(map);
        Files.createDirectory(map);
        CodeReport refused = inspect(victim);
        assertTrue(refused.missing().get(0).startsWith(map + " is not used: "), refused::toString);
      } finally {
        Files.delete(map);
      }
    }
  }

  /** By the name of the file alone. */
  @Test
  void aScriptRuntimeIsTold() throws IOException {
    Path program = new Toolchain(directory).compile("python3.12", Victim.SOURCE, "-ldl");
    try (Victim victim = Victim.start(program)) {
      CodeReport report = inspect(victim);
      assertEquals("CPython", report.runtime());
      assertTrue(report.missing().get(0).contains("-X perf"), report::toString);
    }
  }

  private CodeReport inspect(Victim victim) {
    return bench.symbolizer().inspect(victim.pid(), victim.startTicks()).orElseThrow();
  }
}
