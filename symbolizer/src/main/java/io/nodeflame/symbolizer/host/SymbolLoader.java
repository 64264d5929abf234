package io.nodeflame.symbolizer.host;

import io.nodeflame.symbolizer.UnnamedReason;
import io.nodeflame.symbolizer.bytes.ByteSource;
import io.nodeflame.symbolizer.bytes.MalformedException;
import io.nodeflame.symbolizer.elf.ElfFile;
import io.nodeflame.symbolizer.symbols.FileKey;
import io.nodeflame.symbolizer.symbols.FileOpener;
import io.nodeflame.symbolizer.symbols.SymbolTable;
import io.nodeflame.symbolizer.symbols.SymbolTables;
import java.io.IOException;
import java.util.List;

/** Loads the symbols of files; makes room when there is none for them. */
final class SymbolLoader {
  private final SymbolTables tables;
  private final CodeFiles files;

  SymbolLoader(SymbolTables tables, CodeFiles files) {
    this.tables = tables;
    this.files = files;
  }

  /** The caller closes the table. What is wrong with the file is the table's reason. */
  SymbolTable load(FileKey key, ByteSource bytes, String path, FileOpener root) {
    ElfFile elf;
    try {
      elf = ElfFile.parse(bytes);
    } catch (MalformedException e) {
      return SymbolTable.empty(UnnamedReason.FILE_MALFORMED);
    } catch (IOException e) {
      return SymbolTable.empty(UnnamedReason.FILE_UNREADABLE);
    }
    SymbolTable table = tables.load(key, elf, path, root, List.of());
    boolean lacksRoom =
        table.unnamedReason() == UnnamedReason.SYMBOLS_REFUSED
            || table.unnamedReason() == UnnamedReason.CACHE_FAILED;
    return lacksRoom && files.giveUnusedSymbolsBack()
        ? tables.load(key, elf, path, root, List.of())
        : table;
  }
}
