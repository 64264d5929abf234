package io.nodeflame.symbolizer.hotspot;

import io.nodeflame.symbolizer.bytes.MalformedException;
import io.nodeflame.symbolizer.elf.ElfFile;
import io.nodeflame.symbolizer.elf.ElfSymbol;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;

/** One {@code libjvm.so}: where it exports its tables. Immutable. */
public final class JavaLibrary {
  private final Map<String, Long> symbols;

  private JavaLibrary(Map<String, Long> symbols) {
    this.symbols = Map.copyOf(symbols);
  }

  /**
   * Looks for the tables' variables.
   *
   * @throws UnsupportedVmException when the file does not export them: it is no HotSpot
   */
  public static JavaLibrary of(ElfFile elf) throws IOException {
    Map<String, Long> addresses = new HashMap<>();
    for (ElfSymbol symbol : elf.symbolsNamed(VmTables.SYMBOLS).values()) {
      addresses.put(symbol.name(), symbol.address());
    }
    if (addresses.size() < VmTables.SYMBOLS.size()) {
      throw new UnsupportedVmException("libjvm.so does not export HotSpot's tables");
    }
    return new JavaLibrary(addresses);
  }

  /**
   * Reads what the tables say. From each process anew: one could have written into its own, and
   * what it says must not be believed of others.
   *
   * @param bias of the file in the process
   */
  VmLayout layout(VmMemory memory, long bias) throws IOException {
    try {
      return VmLayout.read(memory, symbols, bias);
    } catch (MalformedException e) {
      throw new UnsupportedVmException("its tables make no sense: " + e.getMessage());
    }
  }
}
