package io.nodeflame.symbolizer.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.nodeflame.symbolizer.UnnamedReason;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KernelSymbolsTest {
  private static final long SECOND = 1_000_000_000L;
  private static final String CORE =
      """
      ffffffff81000000 T _stext
      ffffffff81000100 t do_one_initcall
      ffffffff81000200 T do_syscall_64
      ffffffff81400000 T _etext
      """;

  @TempDir Path proc;
  private final AtomicLong now = new AtomicLong(5);
  private KernelSymbols symbols;

  @BeforeEach
  void create() {
    symbols = new KernelSymbols(proc, now::get);
  }

  @Test
  void findsTheFunctionAndTheOffsetInIt() throws IOException {
    kallsyms(CORE);
    assertEquals(KernelVisibility.NOT_READ, symbols.visibility());
    KernelName name = symbols.find(0xffffffff81000123L);
    assertEquals("do_one_initcall", name.name());
    assertEquals("", name.module());
    assertEquals(0x23, name.offset());
    assertEquals(Optional.empty(), name.unnamed());
    assertEquals("do_syscall_64", symbols.find(0xffffffff81000200L).name());
    assertEquals(KernelVisibility.VISIBLE, symbols.visibility());
  }

  @Test
  void saysWhyThereIsNoName() throws IOException {
    kallsyms(CORE);
    for (long address :
        new long[] {
          0,
          0x401000L,
          0x7fffffffffffL,
          0xffffffff80ffffffL,
          0xffffffff81000200L + KernelSymbols.MAX_CORE_FUNCTION_BYTES,
          0xffffffff81400010L,
          -1L
        }) {
      assertEquals(
          Optional.of(UnnamedReason.NO_KERNEL_SYMBOL),
          symbols.find(address).unnamed(),
          Long.toHexString(address));
    }
  }

  @Test
  void saysThatSymbolsAreHiddenAndLooksAgainLater() throws IOException {
    kallsyms(CORE.replaceAll("f{8}[0-9a-f]{8}", "0000000000000000"));
    assertEquals(KernelVisibility.HIDDEN, symbols.readVisibility());
    assertEquals(Optional.of(UnnamedReason.KERNEL_HIDDEN), find(0xffffffff81000123L));
    assertEquals(Optional.of(UnnamedReason.NO_KERNEL_SYMBOL), find(0x401000L));
    kallsyms(CORE);
    assertEquals(Optional.of(UnnamedReason.KERNEL_HIDDEN), find(0xffffffff81000123L));
    now.addAndGet(KernelSymbols.MAX_WAIT_NANOS);
    assertEquals(Optional.empty(), find(0xffffffff81000123L));
    assertEquals(KernelVisibility.VISIBLE, symbols.visibility());
  }

  @Test
  void missingFileIsAStateNotAnError() {
    assertEquals(KernelVisibility.UNREADABLE, symbols.readVisibility());
    assertEquals(Optional.of(UnnamedReason.KERNEL_HIDDEN), find(0xffffffff81000123L));
  }

  @Test
  void emptyFileHasNoFunctions() throws IOException {
    kallsyms("");
    assertEquals(KernelVisibility.EMPTY, symbols.readVisibility());
  }

  @Test
  void aMissReadsModulesAgainButSeldom() throws IOException {
    kallsyms(CORE);
    assertEquals(Optional.of(UnnamedReason.NO_KERNEL_SYMBOL), find(0xffffffffc0001010L));
    kallsyms(CORE + "ffffffffc0001000 t bpf_prog_1_a\t[bpf]\n");
    assertEquals(Optional.of(UnnamedReason.NO_KERNEL_SYMBOL), find(0xffffffffc0001010L));
    now.addAndGet(31 * SECOND);
    assertEquals("bpf_prog_1_a", symbols.find(0xffffffffc0001010L).name());
    assertEquals("bpf", symbols.find(0xffffffffc0001010L).module());
    assertEquals("do_one_initcall", symbols.find(0xffffffff81000123L).name());
  }

  @Test
  void waitsLongerWhileReadingDoesNotHelp() throws IOException {
    kallsyms(CORE);
    find(0xffffffffc0001010L);
    now.addAndGet(31 * SECOND);
    find(0xffffffffc0001010L);
    kallsyms(CORE + "ffffffffc0001000 t late\t[m]\n");
    now.addAndGet(31 * SECOND);
    assertEquals(Optional.of(UnnamedReason.NO_KERNEL_SYMBOL), find(0xffffffffc0001010L));
    now.addAndGet(31 * SECOND);
    assertEquals(Optional.empty(), find(0xffffffffc0001010L));
  }

  @Test
  void anotherModuleAtTheSamePlaceIsNoticed() throws IOException {
    kallsyms(CORE + "ffffffffc0001000 t old_function\t[old]\n");
    Files.writeString(proc.resolve("modules"), "old 16384 0 - Live 0xffffffffc0001000\n");
    assertEquals("old_function", symbols.find(0xffffffffc0001010L).name());
    kallsyms(CORE + "ffffffffc0001000 t new_function\t[new]\n");
    Files.writeString(proc.resolve("modules"), "old 16384 3 - Live 0xffffffffc0001000\n");
    now.addAndGet(31 * SECOND);
    assertEquals("old_function", symbols.find(0xffffffffc0001010L).name(), "only a use count");
    Files.writeString(proc.resolve("modules"), "new 16384 0 - Live 0xffffffffc0001000\n");
    now.addAndGet(31 * SECOND);
    assertEquals("new_function", symbols.find(0xffffffffc0001010L).name());
  }

  @Test
  void namesTheRunningKernel() throws IOException {
    Path kallsyms = Path.of("/proc/kallsyms");
    KernelSymbols real = new KernelSymbols(Path.of("/proc"), System::nanoTime);
    boolean isVisible = real.readVisibility() == KernelVisibility.VISIBLE;
    if (Boolean.getBoolean("nodeflame.kernel.required")) {
      assertTrue(isVisible, real.visibility().sentence());
    }
    assumeTrue(isVisible, real.visibility().sentence());
    System.out.printf(
        "kernel table: %d functions, %d bytes outside of the heap%n",
        real.size(), real.nativeBytes());
    assertTrue(real.nativeBytes() < 60L * real.size() + (1 << 20));
    int checked = 0;
    int lines = 0;
    try (BufferedReader reader = Files.newBufferedReader(kallsyms)) {
      for (String line = reader.readLine(); line != null; line = reader.readLine()) {
        String[] parts = line.split("[ \t]", -1);
        boolean isGlobal = parts.length == 3 && parts[1].equals("T") && isFunction(parts[2]);
        if (isGlobal && lines++ % 1000 == 0) {
          checked++;
          long address = Long.parseUnsignedLong(parts[0], 16);
          KernelName name = real.find(address);
          assertEquals(0, name.offset(), line);
          assertTrue(name.name().equals(parts[2]) || isAlias(parts[0], name.name()), line);
        }
      }
    }
    assertTrue(checked > 20, checked + " symbols");
  }

  private static boolean isFunction(String name) {
    return !name.startsWith("__pfx_")
        && !name.startsWith("__cfi_")
        && !name.equals("_etext")
        && !name.equals("_einittext");
  }

  private static boolean isAlias(String address, String name) throws IOException {
    try (BufferedReader reader = Files.newBufferedReader(Path.of("/proc/kallsyms"))) {
      return reader.lines().anyMatch(line -> line.startsWith(address) && line.endsWith(" " + name));
    }
  }

  @Test
  void sentencesSayWhatHelps() {
    assertTrue(KernelVisibility.HIDDEN.sentence().contains("CAP_SYSLOG"));
    assertFalse(KernelVisibility.UNREADABLE.sentence().isBlank());
  }

  private Optional<UnnamedReason> find(long address) {
    return symbols.find(address).unnamed();
  }

  private void kallsyms(String text) throws IOException {
    Files.writeString(proc.resolve("kallsyms"), text);
  }
}
