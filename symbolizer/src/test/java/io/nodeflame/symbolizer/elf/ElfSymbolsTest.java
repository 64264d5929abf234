package io.nodeflame.symbolizer.elf;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nodeflame.symbolizer.bytes.ArrayBytes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ElfSymbolsTest {
  @TempDir Path directory;

  @ParameterizedTest
  @ValueSource(
      strings = {
        "-pie",
        "-no-pie",
        "-static",
        "-rdynamic",
        "-shared -fPIC",
        "-pie -Wl,--build-id=none",
        "-no-pie -Wl,-Ttext-segment=0x10000000",
        "-pie -Wl,-z,separate-code"
      })
  void listsTheFunctionsOfReadelf(String options) throws IOException {
    Toolchain tools = new Toolchain(directory);
    Path file = tools.program("program", options.split(" "));

    ElfFile elf = Toolchain.parse(file);

    List<String> statics = functions(elf.staticSymbols());
    assertTrue(
        names(statics)
            .containsAll(
                List.of(
                    "inner",
                    "outer",
                    "maybe",
                    "chosen",
                    "unsized",
                    "untyped",
                    "whole",
                    "label_inside")));
    assertEquals(expected(tools, file, ".symtab"), statics);
    assertEquals(expected(tools, file, ".dynsym"), functions(elf.dynamicSymbols()));
  }

  @Test
  void listsTheFunctionsOfTheCLibrary() throws IOException {
    Toolchain tools = new Toolchain(directory);
    List<String> functions = functions(Toolchain.parse(tools.libc()).dynamicSymbols());

    assertTrue(functions.size() > 1000, () -> "only " + functions.size());
    assertEquals(expected(tools, tools.libc(), ".dynsym"), functions);
  }

  @Test
  void listsA32BitLibrary() throws IOException {
    Toolchain tools = new Toolchain(directory);
    Path file =
        tools.compile(
            "narrow",
            "static int g(int x) { return x + 1; } int f(int x) { return g(x); }",
            "-m32",
            "-nostdlib",
            "-shared",
            "-fPIC",
            "-O0");

    ElfFile elf = Toolchain.parse(file);

    assertEquals(expected(tools, file, ".symtab"), functions(elf.staticSymbols()));
    assertEquals(List.of("f"), names(functions(withoutSections(file).dynamicSymbols())));
  }

  @ParameterizedTest
  @ValueSource(strings = {"gnu", "sysv", "both"})
  void findsDynamicSymbolsWithoutSections(String hash) throws IOException {
    Toolchain tools = new Toolchain(directory);
    Path file = tools.program("program", "-rdynamic", "-Wl,--hash-style=" + hash);

    ElfFile bare = withoutSections(file);

    assertEquals(List.of(), bare.sections());
    assertEquals(expected(tools, file, ".dynsym"), functions(bare.dynamicSymbols()));
    assertEquals(Toolchain.parse(file).buildId(), bare.buildId());
    assertFalse(bare.hasStaticSymbols());
  }

  @Test
  void knowsWhetherAFileIsStripped() throws IOException {
    Toolchain tools = new Toolchain(directory);
    Path file = tools.program("program");
    assertTrue(Toolchain.parse(file).hasStaticSymbols());

    tools.run("strip", file.toString());

    assertFalse(Toolchain.parse(file).hasStaticSymbols());
    assertEquals(Optional.empty(), Toolchain.parse(file).staticSymbols());
  }

  /** Clears {@code e_shoff}, {@code e_shnum} and {@code e_shstrndx}. */
  private static ElfFile withoutSections(Path file) throws IOException {
    byte[] bytes = Files.readAllBytes(file);
    boolean wide = bytes[4] == 2;
    Arrays.fill(bytes, wide ? 40 : 32, wide ? 48 : 36, (byte) 0);
    Arrays.fill(bytes, wide ? 60 : 48, wide ? 64 : 52, (byte) 0);
    return ElfFile.parse(new ArrayBytes(bytes));
  }

  private static List<String> expected(Toolchain tools, Path file, String table)
      throws IOException {
    List<String> executable = ReadelfSymbol.executableSections(tools, file);
    return ReadelfSymbol.of(tools, file).stream()
        .filter(symbol -> symbol.table().equals(table) && symbol.isFunction(executable))
        .map(s -> Long.toHexString(s.address()) + " " + s.size() + " " + s.name())
        .sorted()
        .toList();
  }

  private static List<String> functions(Optional<ElfSymbolCursor> table) throws IOException {
    List<String> functions = new ArrayList<>();
    if (table.isPresent()) {
      ElfSymbolCursor s = table.get();
      while (s.nextFunction()) {
        functions.add(Long.toHexString(s.address()) + " " + s.size() + " " + s.name());
      }
    }
    functions.sort(null);
    return functions;
  }

  private static List<String> names(List<String> functions) {
    return functions.stream().map(line -> line.substring(line.lastIndexOf(' ') + 1)).toList();
  }
}
