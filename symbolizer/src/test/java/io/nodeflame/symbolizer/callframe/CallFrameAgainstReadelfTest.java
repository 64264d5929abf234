package io.nodeflame.symbolizer.callframe;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Every row of real files, as readelf computes it. */
final class CallFrameAgainstReadelfTest {
  private static final String SOURCE =
      """
      #include <alloca.h>
      #include <stdio.h>
      #include <string.h>
      void use(void *);
      __attribute__((noinline)) int leaf(int a) { return a * 3; }
      __attribute__((noinline)) int deep(int a) {
        char area[300];
        memset(area, a, sizeof area);
        if (a > 7) return leaf(area[a & 127]) + puts(area);
        return a ? deep(a - 1) + area[a] : leaf(a);
      }
      __attribute__((noinline)) int grows(int n) {
        char *area = alloca(n);
        memset(area, n, n);
        return puts(area) + leaf(area[n / 2]);
      }
      __attribute__((noinline)) int aligned(int n) {
        char area[64] __attribute__((aligned(64)));
        char *more = alloca(n);
        memset(area, n, sizeof area);
        memset(more, n, n);
        return puts(area) + puts(more);
      }
      int many(int a, int b, int c, int d, int e, int f, int g, int h, int i) {
        return printf("%d %d %d %d %d %d %d %d %d\\n", a, b, c, d, e, f, g, h, i) + a * i;
      }
      int main(int count, char **arguments) {
        return deep(count) + grows(count) + aligned(count)
            + many(1, 2, 3, 4, 5, 6, 7, 8, count);
      }
      """;

  @TempDir static Path directory;

  @BeforeAll
  static void requireReadelf() {
    Assumptions.assumeTrue(
        System.getProperty("os.arch").equals("amd64"), "rows of x86-64 files are compared");
    SystemTool.require("readelf");
  }

  @Test
  void libcAgrees() throws Exception {
    Path libc = libc();
    SmallElf elf = new SmallElf(libc);
    FrameSection frames = elf.section(".eh_frame");
    List<ReadelfFrames.Function> expected = ReadelfFrames.of(directory, libc, ".eh_frame");
    CallFrameTable table =
        CallFrameTable.ofEhFrame(elf.section(".eh_frame_hdr"), frames, FrameMachine.X86_64);

    int rows = compare(table, expected);
    assertTrue(rows > 10_000, "only " + rows + " rows compared");
    assertEquals(rows, compare(CallFrameTable.ofEhFrame(frames, FrameMachine.X86_64), expected));
  }

  @Test
  void allRowsOfLibcAreThoseOfSingleAddresses() throws Exception {
    SmallElf elf = new SmallElf(libc());
    FrameSection header = elf.section(".eh_frame_hdr");
    FrameSection frames = elf.section(".eh_frame");
    CallFrameTable table = CallFrameTable.ofEhFrame(header, frames, FrameMachine.X86_64);
    CallFrameTable other = CallFrameTable.ofEhFrame(header, frames, FrameMachine.X86_64);
    List<String> differences = new ArrayList<>();
    int[] rows = new int[1];

    int refused =
        table.eachRow(
            (start, end, row) -> {
              rows[0]++;
              if (!row.equals(rowAt(other, start)) || !row.equals(rowAt(other, end - 1))) {
                differences.add(Long.toHexString(start));
              }
              return true;
            });

    assertEquals(0, refused);
    assertEquals(List.of(), differences);
    assertTrue(rows[0] > 10_000, "only " + rows[0] + " rows");
    assertEquals(frames.address(), CallFrameTable.framesAddress(header), "address of .eh_frame");
  }

  @Test
  void optimisedCodeAgrees() throws Exception {
    Path file = compile("-O2", "-fomit-frame-pointer", "-Wl,-z,lazy", "-fcf-protection=none");
    compareEhFrame(file, ".eh_frame");
    SmallElf elf = new SmallElf(file);
    CallFrameTable table =
        CallFrameTable.ofEhFrame(
            elf.section(".eh_frame_hdr"), elf.section(".eh_frame"), FrameMachine.X86_64);

    long stub = elf.section(".plt").address() + 16;
    assertEquals(
        new CfaRule(CfaRule.Kind.PLT, 0, 11), table.row(stub).orElseThrow().cfa(), "lazy stub");
    assertTrue(table.returnAddressAtStackPointer(stub));
    assertTrue(table.returnAddressAtStackPointer(stub + 6), "before the push");
    assertEquals(false, table.returnAddressAtStackPointer(stub + 11), "after the push");
  }

  @Test
  void codeWithFramePointersAgrees() throws Exception {
    compareEhFrame(compile("-O0", "-fno-omit-frame-pointer"), ".eh_frame");
  }

  @Test
  void realignedStackIsReadFromMemory() throws Exception {
    Path file = compile("-O1", "-fomit-frame-pointer");
    compareEhFrame(file, ".eh_frame");
    SmallElf elf = new SmallElf(file);
    Map<CfaRule.Kind, Integer> kinds = new TreeMap<>();
    CallFrameTable.ofEhFrame(elf.section(".eh_frame"), FrameMachine.X86_64)
        .eachRow(
            (start, end, row) -> {
              kinds.merge(row.cfa().kind(), 1, Integer::sum);
              return true;
            });
    assertTrue(kinds.containsKey(CfaRule.Kind.MEMORY), () -> "kinds " + kinds);
  }

  @Test
  void debugFrameAgrees() throws Exception {
    Path file = compile("-O2", "-g", "-fno-asynchronous-unwind-tables", "-fno-unwind-tables");
    CallFrameTable table =
        CallFrameTable.ofDebugFrame(
            new SmallElf(file).section(".debug_frame"), FrameMachine.X86_64);
    int rows = compare(table, ReadelfFrames.of(directory, file, ".debug_frame"));
    assertTrue(rows > 20, "only " + rows + " rows compared");
  }

  @Test
  void outermostFramesHaveNoReturnAddress() throws Exception {
    Path file = compile("-O2");
    SmallElf elf = new SmallElf(file);
    CallFrameTable table = CallFrameTable.ofEhFrame(elf.section(".eh_frame"), FrameMachine.X86_64);
    long start = elf.section(".text").address();
    // The linker places a start file's cold part before _start, so look for it by its rule.
    int[] outermost = new int[1];
    table.eachRow(
        (from, to, row) -> {
          if (row.returnAddress().kind() == RegisterRule.Kind.UNDEFINED && from >= start) {
            outermost[0]++;
          }
          return true;
        });
    assertTrue(outermost[0] > 0, "_start has no row");
  }

  private void compareEhFrame(Path file, String section) throws Exception {
    SmallElf elf = new SmallElf(file);
    List<ReadelfFrames.Function> expected = ReadelfFrames.of(directory, file, section);
    CallFrameTable table =
        CallFrameTable.ofEhFrame(
            elf.section(".eh_frame_hdr"), elf.section(section), FrameMachine.X86_64);
    int rows = compare(table, expected);
    assertTrue(rows > 20, "only " + rows + " rows compared");
    assertEquals(
        rows,
        compare(CallFrameTable.ofEhFrame(elf.section(section), FrameMachine.X86_64), expected));
  }

  /** Compares the first and the last address of every row; returns the number of rows. */
  private static int compare(CallFrameTable table, List<ReadelfFrames.Function> functions)
      throws IOException {
    List<String> differences = new ArrayList<>();
    int count = 0;
    for (ReadelfFrames.Function function : functions) {
      List<ReadelfFrames.Row> rows = function.rows();
      for (int index = 0; index < rows.size(); index++) {
        ReadelfFrames.Row row = rows.get(index);
        boolean last = index == rows.size() - 1;
        long end = last ? function.end() : rows.get(index + 1).start();
        for (long pc : new long[] {row.start(), end - 1}) {
          String difference = RowText.difference(row, rowAt(table, pc));
          if (!difference.isEmpty()) {
            differences.add(Long.toHexString(pc) + ": " + difference);
          }
        }
        count++;
      }
    }
    assertEquals(0, differences.size(), () -> String.join("\n", differences));
    return count;
  }

  private static FrameRow rowAt(CallFrameTable table, long pc) {
    try {
      return table.row(pc).orElseThrow(() -> new AssertionError(Long.toHexString(pc)));
    } catch (IOException e) {
      throw new AssertionError(Long.toHexString(pc), e);
    }
  }

  private static Path compile(String... options) throws Exception {
    SystemTool.require("gcc");
    Path source = Files.createTempFile(directory, "frames", ".c");
    Files.writeString(source, SOURCE);
    Path binary = source.resolveSibling(source.getFileName() + ".bin");
    List<String> command = new ArrayList<>(List.of("gcc", "-w", "-o", binary.toString()));
    command.addAll(List.of(options));
    command.add(source.toString());
    SystemTool.run(directory, Map.of(), "", command);
    return binary;
  }

  /** The C library of the Java process itself. */
  private static Path libc() throws IOException {
    for (String line : Files.readAllLines(Path.of("/proc/self/maps"))) {
      if (line.contains("/libc.so.6") || line.contains("/libc-2")) {
        return Path.of(line.substring(line.indexOf('/')));
      }
    }
    throw new AssertionError("no C library in /proc/self/maps");
  }
}
