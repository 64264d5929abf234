package io.nodeflame.symbolizer.go;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nodeflame.symbolizer.callframe.SmallElf;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Tables of stripped programs, against what Go's own tools say of the twin with symbols. */
final class PclnTableAgainstGoToolTest {
  private static final int RANDOM_ADDRESSES = 4000;

  @TempDir static Path directory;

  @ParameterizedTest
  @EnumSource
  void strippedProgramAgrees(GoBinary.Build build) throws Exception {
    GoBinary binary = GoBinary.build(directory, build);
    SmallElf stripped = new SmallElf(binary.stripped());
    SmallElf full = new SmallElf(binary.withSymbols());
    assertEquals(full.section(".text").address(), stripped.section(".text").address());
    Map<Long, Set<String>> symbols = symbols(binary);
    long text = address(symbols, "runtime.text");

    assertEquals(OptionalLong.of(text), GoBinary.textStart(stripped));
    if (build.isPie()) {
      assertEquals(OptionalLong.of(text), GoBinary.relocatedTextStart(stripped));
    }
    PclnTable table = binary.openStripped();
    List<GoFunction> functions = functions(table);
    assertTrue(functions.size() > 1000, "only " + functions.size() + " functions");
    compareNames(functions, symbols);
    comparePositions(build, binary, table, functions);
  }

  /** Every function has a symbol of its name, every symbol in the text is a function. */
  private static void compareNames(List<GoFunction> functions, Map<Long, Set<String>> symbols) {
    List<String> differences = new ArrayList<>();
    Set<Long> entries = new HashSet<>();
    for (GoFunction function : functions) {
      entries.add(function.entry());
      Set<String> names = symbols.getOrDefault(function.entry(), Set.of());
      if (names.stream().noneMatch(symbol -> isSame(symbol, function.name()))) {
        differences.add(function + " is " + names);
      }
    }
    long first = functions.get(0).entry();
    long last = functions.get(functions.size() - 1).entry();
    symbols.forEach(
        (address, names) -> {
          boolean marker = names.stream().allMatch(name -> name.startsWith("runtime.text"));
          if (address >= first && address <= last && !entries.contains(address) && !marker) {
            differences.add(names + " is no function");
          }
        });
    assertNone(differences);
  }

  private static void comparePositions(
      GoBinary.Build build, GoBinary binary, PclnTable table, List<GoFunction> functions)
      throws Exception {
    long low = functions.get(0).entry();
    long high = functions.get(functions.size() - 1).end();
    List<Long> addresses = new ArrayList<>();
    functions.forEach(function -> addresses.add(function.entry()));
    Random random = new Random(7);
    random.longs(RANDOM_ADDRESSES, low, high).forEach(addresses::add);
    StringBuilder input = new StringBuilder();
    addresses.forEach(pc -> input.append("0x").append(Long.toHexString(pc)).append('\n'));
    List<String> answers = binary.tool(input.toString(), "addr2line");
    if (build.isPie()
        && answers.stream().allMatch(line -> line.equals("?") || line.equals("?:0"))) {
      System.out.println(build + ": this Go's addr2line cannot read it, only names are compared");
      return;
    }

    List<String> differences = new ArrayList<>();
    for (int index = 0; index < addresses.size(); index++) {
      long pc = addresses.get(index);
      String name = table.find(pc).orElseThrow().name();
      Optional<SourcePosition> position = table.position(pc);
      String place = position.map(at -> at.file() + ":" + at.line()).orElse("?:0");
      String expectedName = withoutAbi(answers.get(2 * index));
      String expectedPlace = answers.get(2 * index + 1);
      // Between functions, Go's tool prints several forms of "not known".
      boolean samePlace =
          expectedPlace.equals(place) || (expectedPlace.startsWith(":-") && position.isEmpty());
      if (!samePlace || !isSame(expectedName, name)) {
        differences.add(
            Long.toHexString(pc)
                + ": "
                + expectedName
                + " "
                + expectedPlace
                + " is not "
                + name
                + " "
                + place);
      }
    }
    assertNone(differences);
  }

  private static List<GoFunction> functions(PclnTable table) throws Exception {
    List<GoFunction> functions = new ArrayList<>();
    List<String> names = new ArrayList<>();
    List<Long> entries = new ArrayList<>();
    table.forEach(
        (entry, name) -> {
          entries.add(entry);
          names.add(name);
        });
    assertEquals(table.functionCount(), entries.size());
    for (int index = 0; index < entries.size(); index++) {
      GoFunction function = table.find(entries.get(index)).orElseThrow();
      assertEquals(new GoFunction(names.get(index), entries.get(index), function.end()), function);
      assertEquals(function, table.find(function.end() - 1).orElseThrow());
      functions.add(function);
    }
    assertEquals(Optional.empty(), table.find(entries.get(0) - 1));
    assertEquals(Optional.empty(), table.find(functions.get(functions.size() - 1).end()));
    return functions;
  }

  /** Symbols of the text by address. */
  private static Map<Long, Set<String>> symbols(GoBinary binary) throws Exception {
    Map<Long, Set<String>> symbols = new HashMap<>();
    for (String line : binary.tool("", "nm")) {
      String[] parts = line.trim().split(" +", 3);
      if (parts.length == 3 && (parts[1].equals("T") || parts[1].equals("t"))) {
        symbols
            .computeIfAbsent(Long.parseUnsignedLong(parts[0], 16), address -> new HashSet<>())
            .add(withoutAbi(parts[2]));
      }
    }
    return symbols;
  }

  /** The symbol table, but not the function table, marks functions of the stack-based ABI. */
  private static String withoutAbi(String name) {
    return name.endsWith(".abi0") ? name.substring(0, name.length() - 5) : name;
  }

  /**
   * Whether a symbol is the function's. The symbol table writes a plain dot for the middle dot of
   * names that the compiler made; the function tables of Go 1.18 to 1.20 leave out what is between
   * the brackets.
   */
  private static boolean isSame(String symbol, String function) {
    int open = symbol.indexOf('[');
    int close = symbol.lastIndexOf(']');
    boolean shortened = function.contains("[...]") && open >= 0 && close > open;
    String expected =
        shortened ? symbol.substring(0, open) + "[...]" + symbol.substring(close + 1) : symbol;
    return expected.replace('\u00b7', '.').equals(function.replace('\u00b7', '.'));
  }

  private static void assertNone(List<String> differences) {
    assertEquals(0, differences.size(), () -> String.join("\n", first(differences)));
  }

  private static List<String> first(List<String> differences) {
    return differences.subList(0, Math.min(20, differences.size()));
  }

  private static long address(Map<Long, Set<String>> symbols, String name) {
    return symbols.entrySet().stream()
        .filter(entry -> entry.getValue().contains(name))
        .findFirst()
        .orElseThrow()
        .getKey();
  }
}
