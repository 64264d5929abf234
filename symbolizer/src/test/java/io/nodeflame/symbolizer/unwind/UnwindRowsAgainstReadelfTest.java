package io.nodeflame.symbolizer.unwind;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.nodeflame.symbolizer.callframe.ReadelfFrames;
import io.nodeflame.symbolizer.callframe.SystemTool;
import io.nodeflame.symbolizer.elf.ElfFile;
import io.nodeflame.symbolizer.elf.Toolchain;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Every row of real files, as readelf computes it, is found by its address. */
class UnwindRowsAgainstReadelfTest {
  private static final int PADDING_BYTES = 15;

  @TempDir Path directory;
  private final UnwindRules rules = new UnwindRules();

  @BeforeEach
  void requireReadelf() {
    assumeTrue(System.getProperty("os.arch").equals("amd64"), "rows of x86-64 files are compared");
    SystemTool.require("readelf");
  }

  @Test
  void theCLibraryAgrees() throws Exception {
    Path libc = new Toolchain(directory).libc();
    Map<FrameBase, Integer> seen = compare(libc, 10_000);
    assertTrue(seen.containsKey(FrameBase.STOP), () -> "no outermost frame: " + seen);
    assertTrue(seen.containsKey(FrameBase.SIGNAL), () -> "no signal frame: " + seen);
  }

  @Test
  void theJavaMachineAgrees() throws Exception {
    compare(Path.of(System.getProperty("java.home"), "lib", "server", "libjvm.so"), 100_000);
  }

  @Test
  void assemblerAndInterpretersAgree() throws Exception {
    int found = 0;
    for (String name :
        List.of(
            "/usr/lib/x86_64-linux-gnu/libcrypto.so.3",
            "/usr/lib/x86_64-linux-gnu/libstdc++.so.6",
            "/usr/bin/perl",
            "/usr/bin/bash",
            "/usr/bin/git")) {
      Path file = Path.of(name);
      if (Files.isReadable(file)) {
        compare(file.toRealPath(), 1000);
        found++;
      } else {
        System.out.println("not compared, since not installed: " + name);
      }
    }
    assertTrue(found > 0, "none of the files is installed");
  }

  @Test
  void stubsAndRealignedStacksHaveRules() throws Exception {
    String source =
        """
        #include <alloca.h>
        #include <stdio.h>
        #include <string.h>
        __attribute__((noinline)) int aligned(int n) {
          char area[64] __attribute__((aligned(64)));
          char *more = alloca(n);
          memset(area, n, sizeof area);
          memset(more, n, n);
          return puts(area) + puts(more);
        }
        int main(int count, char **arguments) { return aligned(count); }
        """;
    Path file =
        new Toolchain(directory)
            .compile("program", source, "-Wl,-z,lazy", "-fcf-protection=none", "-O1");
    Map<FrameBase, Integer> seen = compare(file, 10);
    assertTrue(seen.containsKey(FrameBase.STUB), () -> "no lazy stub: " + seen);
    assertTrue(seen.containsKey(FrameBase.AT_FRAME_POINTER), () -> "no realigned stack: " + seen);
  }

  @Test
  void withoutSectionHeadersTheRowsAreTheSame() throws Exception {
    Toolchain tools = new Toolchain(directory);
    Path libc = tools.libc();
    try (UnwindRows rows = read(libc);
        UnwindRows bare = read(tools.withoutSections("bare", libc))) {
      assertEquals(rows.size(), bare.size());
      for (int i = 0; i < rows.size(); i++) {
        assertEquals(rows.row(i), bare.row(i));
      }
      assertEquals(rows.firstAddress(), bare.firstAddress());
      assertEquals(0, bare.malformed());
    }
  }

  private UnwindRows read(Path file) throws IOException {
    return UnwindRows.of(Toolchain.parse(file), rules).orElseThrow();
  }

  /** Compares the first and the last address of every row, and of every gap. */
  private Map<FrameBase, Integer> compare(Path file, int atLeast) throws Exception {
    List<ReadelfFrames.Function> functions =
        new ArrayList<>(ReadelfFrames.of(directory, file, ".eh_frame"));
    functions.sort(Comparator.comparingLong(ReadelfFrames.Function::start));
    Map<FrameBase, Integer> seen = new EnumMap<>(FrameBase.class);
    List<String> differences = new ArrayList<>();
    int count = 0;
    try (UnwindRows rows = read(file)) {
      long end = rows.firstAddress();
      for (ReadelfFrames.Function function : functions) {
        if (function.start() - end > PADDING_BYTES) {
          expect(UnwindRule.INVALID, rows, end, differences);
          expect(UnwindRule.INVALID, rows, function.start() - 1, differences);
        }
        for (int index = 0; index < function.rows().size(); index++) {
          ReadelfFrames.Row row = function.rows().get(index);
          boolean isLast = index == function.rows().size() - 1;
          end = isLast ? function.end() : function.rows().get(index + 1).start();
          String difference = ReadelfRule.difference(row, rows.ruleAt(row.start()));
          if (!difference.isEmpty()) {
            differences.add(Long.toHexString(row.start()) + ": " + difference);
          }
          expect(rows.ruleAt(row.start()), rows, end - 1, differences);
          seen.merge(rows.ruleAt(row.start()).base(), 1, Integer::sum);
          count++;
        }
      }
      expect(UnwindRule.INVALID, rows, end, differences);
      assertEquals(0, differences.size(), () -> String.join("\n", differences));
      assertEquals(0, rows.malformed());
      System.out.printf(
          "%s: %d rows of readelf, %d rows, %d KiB, %d without a rule; %s%n",
          file.getFileName(), count, rows.size(), rows.bytes() / 1024, rows.unexpressed(), seen);
    }
    int compared = count;
    assertTrue(compared >= atLeast, () -> "only " + compared + " rows");
    return seen;
  }

  private static void expect(
      UnwindRule rule, UnwindRows rows, long address, List<String> differences) {
    UnwindRule found = rows.ruleAt(address);
    if (!found.equals(rule)) {
      differences.add(Long.toHexString(address) + ": " + found + " is not " + rule);
    }
  }

  /** What it costs; no figure is asked for, since machines differ. */
  @Test
  void rowsASecondArePrinted() throws Exception {
    ElfFile elf =
        Toolchain.parse(Path.of(System.getProperty("java.home"), "lib", "server", "libjvm.so"));
    for (int round = 0; round < 3; round++) {
      long before = System.nanoTime();
      try (UnwindRows rows = UnwindRows.of(elf, rules).orElseThrow()) {
        long nanos = System.nanoTime() - before;
        assertTrue(rows.size() > 50_000, "only " + rows.size() + " rows");
        System.out.printf(
            "libjvm.so: %d rows in %d ms, %.0f a second; %d rules%n",
            rows.size(), nanos / 1_000_000, 1e9 * rows.size() / nanos, rules.size());
      }
    }
  }
}
