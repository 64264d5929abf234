package io.nodeflame.symbolizer.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nodeflame.symbolizer.kernel.Kallsyms.Parsed;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.junit.jupiter.api.Test;

class KallsymsTest {
  @Test
  void keepsFunctionsOfKernelModulesAndBpfApart() throws IOException {
    Parsed parsed =
        parse(
            """
            0000000000000000 A fixed_percpu_data
            ffffffff81000000 T _stext
            ffffffff81000100 t do_one_initcall
            ffffffff81000200 W arch_weak
            ffffffff81000300 D jiffies
            ffffffff81000400 r __func__.1
            ffffffffc0001000 t xfs_read\t[xfs]
            ffffffffc0009000 t bpf_prog_6deef7357e7b4530_sd_devices\t[bpf]
            """);
    assertEquals(3, parsed.core().size());
    assertEquals(2, parsed.modules().size());
    assertEquals(5, parsed.functions());
    assertEquals(0, parsed.refused());
    assertEquals("xfs_read", parsed.modules().name(0));
    assertEquals("xfs", parsed.modules().module(0));
    assertEquals("bpf_prog_6deef7357e7b4530_sd_devices", parsed.modules().name(1));
    assertEquals("bpf", parsed.modules().module(1));
  }

  @Test
  void sortsAndKeepsTheBestOfAliases() throws IOException {
    Parsed parsed =
        parse(
            """
            ffffffff81000300 t third
            ffffffff81000100 t local_alias
            ffffffff81000100 W weak_alias
            ffffffff81000100 T __underscored_alias
            ffffffff81000100 T global_alias
            ffffffff81000100 T later_global
            ffffffff81000200 t second
            ffffffff81000200 t second_again
            """);
    SymbolTable core = parsed.core();
    assertEquals(3, core.size());
    assertEquals("global_alias", core.name(0));
    assertEquals("second", core.name(1));
    assertEquals("third", core.name(2));
  }

  @Test
  void foldsLlvmSuffixesAndNoOthers() throws IOException {
    SymbolTable core =
        parse(
                """
                ffffffff81000100 t a.llvm.1234567
                ffffffff81000200 t b.cold
                ffffffff81000300 t c.isra.0
                ffffffff81000400 t d.constprop.0
                ffffffff81000500 t e.llvm.
                ffffffff81000600 t f.llvm.12x
                """)
            .core();
    assertEquals("a", core.name(0));
    assertEquals("b.cold", core.name(1));
    assertEquals("c.isra.0", core.name(2));
    assertEquals("d.constprop.0", core.name(3));
    assertEquals("e.llvm.", core.name(4));
    assertEquals("f.llvm.12x", core.name(5));
  }

  @Test
  void dropsPaddingBeforeFunctions() throws IOException {
    SymbolTable core =
        parse("ffffffff81000000 t __pfx_f\nffffffff81000010 t f\nffffffff81000020 t __cfi_g\n")
            .core();
    assertEquals(1, core.size());
    assertEquals("f", core.name(0));
  }

  @Test
  void countsHiddenAddresses() throws IOException {
    Parsed parsed = parse("0000000000000000 T a\n0000000000000000 t b\n");
    assertEquals(2, parsed.functions());
    assertEquals(2, parsed.hidden());
    assertEquals(0, parsed.core().size());
  }

  @Test
  void refusesMalformedLinesAndGoesOn() throws IOException {
    String huge = "ffffffff81000000 T " + "x".repeat(1 << 20);
    Parsed parsed =
        parse(
            huge
                + "\n\n  \nzzz T f\nffffffff8100000000 T too_wide\nffffffff81000000T f\n"
                + "ffffffff81000000 T \nffffffff81000000 \n-fffffff81000000 T f\n"
                + "ffffffff81000100 T good\nffffffff81000200 T last_without_newline");
    assertEquals(2, parsed.core().size());
    assertEquals("good", parsed.core().name(0));
    assertEquals("last_without_newline", parsed.core().name(1));
    assertEquals(9, parsed.refused());
  }

  @Test
  void boundsTheNumberOfSymbols() {
    SymbolTableBuilder builder = new SymbolTableBuilder();
    byte[] name = {'f'};
    for (int i = 0; i < SymbolTableBuilder.MAX_SYMBOLS; i++) {
      assertTrue(builder.add(0x1000L + i, 0, name, 0, 1, ""));
    }
    assertTrue(!builder.add(0xffffffffL, 0, name, 0, 1, ""), "one more");
    assertEquals(SymbolTableBuilder.MAX_SYMBOLS, builder.build().size());
  }

  @Test
  void twoHundredThousandSymbolsTakeLessThanEightMegabytes() throws IOException {
    StringBuilder text = new StringBuilder();
    Random random = new Random(7);
    for (int i = 0; i < 200_000; i++) {
      text.append(Long.toHexString(0xffffffff81000000L + 64L * i)).append(" t ");
      // The mean length of a function's name in a 6.18 kernel is 22.
      text.append("f".repeat(10 + random.nextInt(16))).append(100_000 + i).append('\n');
    }
    SymbolTable core = parse(text.toString()).core();
    assertEquals(200_000, core.size());
    assertTrue(core.nativeBytes() < 8_000_000, core.nativeBytes() + " bytes");
  }

  @Test
  void mutatedTextNeverFails() throws IOException {
    byte[] text =
        """
        ffffffff81000000 T _stext
        ffffffff81000100 t do_one_initcall.llvm.12
        ffffffffc0001000 t xfs_read\t[xfs]
        ffffffffc0009000 t bpf_prog_x\t[bpf]
        """
            .getBytes(StandardCharsets.US_ASCII);
    Random random = new Random(42);
    for (int i = 0; i < 20_000; i++) {
      byte[] mutant = text.clone();
      for (int j = random.nextInt(6); j >= 0; j--) {
        mutant[random.nextInt(mutant.length)] = (byte) random.nextInt(256);
      }
      Parsed parsed = Kallsyms.parse(new ByteArrayInputStream(mutant), true);
      for (SymbolTable table : new SymbolTable[] {parsed.core(), parsed.modules()}) {
        for (int k = 0; k < table.size(); k++) {
          assertTrue(table.name(k).length() < 1024);
          assertTrue(k == 0 || Long.compareUnsigned(table.start(k - 1), table.start(k)) < 0);
        }
      }
    }
  }

  static Parsed parse(String text) throws IOException {
    return Kallsyms.parse(
        new ByteArrayInputStream(text.getBytes(StandardCharsets.ISO_8859_1)), true);
  }
}
