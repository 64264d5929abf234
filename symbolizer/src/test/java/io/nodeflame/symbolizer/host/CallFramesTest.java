package io.nodeflame.symbolizer.host;

import static io.nodeflame.symbolizer.host.HostBench.name;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.nodeflame.symbolizer.AddressSpace;
import io.nodeflame.symbolizer.callframe.CallFrameTable;
import io.nodeflame.symbolizer.callframe.CallFrames;
import io.nodeflame.symbolizer.elf.ElfFile;
import io.nodeflame.symbolizer.elf.ElfSection;
import io.nodeflame.symbolizer.elf.Toolchain;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Files in which the entries are not where a compiler's defaults leave them. */
class CallFramesTest {
  @TempDir Path directory;
  private Toolchain tools;

  @BeforeEach
  void prepare() {
    assumeTrue(System.getProperty("os.arch").equals("amd64"), "code of x86-64 is compared");
    tools = new Toolchain(directory);
  }

  @Test
  void withoutSectionHeadersTheRowsAreTheSame() throws IOException {
    Path file = tools.libc();
    ElfFile bare = Toolchain.parse(tools.withoutSections("bare", file));
    assertTrue(bare.sections().isEmpty());
    CallFrameTable found = CallFrames.find(bare).orElseThrow();
    int[] rows = new int[1];
    CallFrames.find(Toolchain.parse(file))
        .orElseThrow()
        .eachRow(
            (start, end, row) -> {
              rows[0]++;
              assertEquals(Optional.of(row), rowAt(found, start), Long.toHexString(start));
              return true;
            });
    assertTrue(rows[0] > 10_000, "only " + rows[0] + " rows");
  }

  private static Object rowAt(CallFrameTable table, long address) {
    try {
      return table.row(address);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void aLeafOfAProgramWithoutSectionHeadersHasItsCaller() throws IOException {
    Path file = tools.compile("program", Victim.SOURCE, "-ldl", "-rdynamic");
    try (HostBench bench = HostBench.of(directory.resolve("cache"));
        Victim victim = Victim.start(tools.withoutSections("bare", file))) {
      AddressSpace space = bench.read(victim);
      assertTrue(space.isReturnAddressAtStackPointer(victim.address("hidden_function")));
      assertFalse(space.isReturnAddressAtStackPointer(victim.address("in_with_frame")));
      assertEquals("with_frame", name(space, victim.address("in_with_frame")), "of the loader's");
      space.close();
    }
  }

  @Test
  void debugFrameIsTheLastResort() throws IOException {
    String source =
        """
        int leaf(int a) { return a * 3; }
        int deep(int a) { volatile char area[300]; area[a] = 1; return area[a / 2]; }
        """;
    for (String compression : new String[] {"none", "zlib"}) {
      ElfFile elf =
          Toolchain.parse(
              tools.compile(
                  "library-" + compression + ".so",
                  source,
                  "-shared",
                  "-fPIC",
                  "-nostdlib",
                  "-g",
                  "-fno-asynchronous-unwind-tables",
                  "-Wl,--build-id=none",
                  "-Wl,--no-eh-frame-hdr",
                  "-Wl,--compress-debug-sections=" + compression));
      assertEquals(0, elf.section(".eh_frame").map(ElfSection::size).orElse(0L));
      CallFrameTable found = CallFrames.find(elf).orElseThrow();
      long text = elf.section(".text").map(ElfSection::address).orElseThrow();
      assertTrue(found.returnAddressAtStackPointer(text), "leaf");
      int[] deep = new int[1];
      found.eachRow(
          (start, end, row) -> {
            deep[0] += row.cfa().offset() > 100 ? 1 : 0;
            return true;
          });
      assertEquals(1, deep[0], "one row with the area on the stack");
    }
  }
}
