package io.nodeflame.symbolizer.symbols;

import io.nodeflame.symbolizer.elf.ElfFile;
import io.nodeflame.symbolizer.elf.ElfSymbol;
import io.nodeflame.symbolizer.elf.ElfSymbolCursor;
import java.io.IOException;
import java.util.Optional;

/** The functions of one ELF symbol table. */
final class ElfSymbolSource implements SymbolSource {
  private interface Table {
    Optional<ElfSymbolCursor> open() throws IOException;
  }

  private final Table table;

  private ElfSymbolSource(Table table) {
    this.table = table;
  }

  static SymbolSource ofStatic(ElfFile elf) {
    return new ElfSymbolSource(elf::staticSymbols);
  }

  static SymbolSource ofDynamic(ElfFile elf) {
    return new ElfSymbolSource(elf::dynamicSymbols);
  }

  @Override
  public void forEach(SymbolConsumer consumer) throws IOException {
    Optional<ElfSymbolCursor> opened = table.open();
    if (opened.isEmpty()) {
      return;
    }
    ElfSymbolCursor symbol = opened.get();
    while (symbol.nextFunction()) {
      consumer.symbol(
          kind(symbol),
          symbol.address(),
          symbol.size(),
          symbol.limit(),
          symbol.nameBytes(),
          symbol.nameLength());
    }
  }

  private static SymbolKind kind(ElfSymbolCursor symbol) {
    if (symbol.type() == ElfSymbol.TYPE_NONE) {
      return SymbolKind.LABEL;
    }
    return symbol.isLocal() ? SymbolKind.LOCAL : SymbolKind.GLOBAL;
  }
}
