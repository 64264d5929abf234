package io.nodeflame.symbolizer.hotspot;

import io.nodeflame.symbolizer.bytes.ByteSource;
import io.nodeflame.symbolizer.bytes.MalformedException;
import io.nodeflame.symbolizer.elf.ElfFile;
import io.nodeflame.symbolizer.elf.ElfSymbol;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;

/** One {@code libjvm.so}: where it exports its tables, and what of it never changes. Immutable. */
public final class JavaLibrary {
  private final ElfFile file;
  private final Map<String, Long> symbols;

  private JavaLibrary(ElfFile file, Map<String, Long> symbols) {
    this.file = file;
    this.symbols = Map.copyOf(symbols);
  }

  /**
   * Looks for the tables' variables.
   *
   * @param elf whose bytes stay readable as long as this is used
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
    return new JavaLibrary(elf, addresses);
  }

  /**
   * The memory of a process that has this library.
   *
   * @param bias of the file in the process
   */
  VmMemory memory(ByteSource process, long bias) throws IOException {
    return new VmMemory(new LibraryMemory(process, file, bias));
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
