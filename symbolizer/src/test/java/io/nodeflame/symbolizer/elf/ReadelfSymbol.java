package io.nodeflame.symbolizer.elf;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A line of {@code readelf -sW}. */
public record ReadelfSymbol(
    String table,
    long address,
    long size,
    String type,
    String binding,
    String section,
    String name) {

  /** All symbols of all tables that have a name. */
  public static List<ReadelfSymbol> of(Toolchain tools, Path file) throws IOException {
    List<ReadelfSymbol> symbols = new ArrayList<>();
    String table = "";
    for (String line : tools.run("readelf", "-sW", file.toString()).lines().toList()) {
      if (line.startsWith("Symbol table '")) {
        table = line.substring(14, line.indexOf('\'', 14));
      }
      String[] words = line.strip().split("\\s+", 8);
      if (words.length == 8 && words[0].matches("\\d+:")) {
        symbols.add(
            new ReadelfSymbol(
                table,
                Long.parseUnsignedLong(words[1], 16),
                Long.decode(words[2]),
                words[3],
                words[4],
                words[6],
                words[7].replaceFirst("@.*", "")));
      }
    }
    return symbols;
  }

  /** What a profiler wants to see, told from the sections that {@code readelf -SW} calls X. */
  public boolean isFunction(List<String> executableSections) {
    return (type.equals("FUNC") || type.equals("IFUNC") || type.equals("NOTYPE"))
        && executableSections.contains(section);
  }

  /** Numbers of the executable sections by {@code readelf -SW}. */
  public static List<String> executableSections(Toolchain tools, Path file) throws IOException {
    List<String> numbers = new ArrayList<>();
    for (String line : tools.run("readelf", "-SW", file.toString()).lines().toList()) {
      if (line.matches(
          "\\s+\\[ *\\d+\\] .*\\s[WAMSILOGTCxop]*X[a-zA-Z]*\\s+\\d+\\s+\\d+\\s+\\d+")) {
        numbers.add(line.replaceFirst("\\s+\\[ *(\\d+)\\].*", "$1"));
      }
    }
    return numbers;
  }
}
