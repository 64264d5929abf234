package io.nodeflame.symbolizer.symbols;

import io.nodeflame.symbolizer.UnnamedReason;
import io.nodeflame.symbolizer.bytes.MalformedException;
import io.nodeflame.symbolizer.elf.ElfFile;
import java.io.IOException;
import java.nio.channels.ClosedByInterruptException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Gives the symbols of a file: out of the cache, or of its {@code .symtab}, else that of its debug
 * file, together with {@code .dynsym} and what other sources know. What the cache's directory
 * cannot take is in memory as long as it is used, within a bound. A table from a stripped file is
 * replaced once a debug file or an unstripped copy turns up. Safe for many threads.
 */
public final class SymbolTables {
  /** Enough for the 100,000 functions of a large program; most have a tenth. */
  private static final int MAX_MEMORY_BYTES = 8 << 20;

  private final SymbolCache cache;
  private final MemoryTables memory;
  private final CacheOutage outage;
  private final DebugFiles debugFiles;

  /**
   * @param outage is told what the cache could not take, and what it could
   */
  public SymbolTables(SymbolCache cache, CacheOutage outage, DebugFiles debugFiles) {
    this(cache, new MemoryTables(MAX_MEMORY_BYTES), outage, debugFiles);
  }

  SymbolTables(SymbolCache cache, MemoryTables memory, CacheOutage outage, DebugFiles debugFiles) {
    this.cache = cache;
    this.memory = memory;
    this.outage = outage;
    this.debugFiles = debugFiles;
  }

  /** Of the tables that are in memory only. */
  public long memoryBytes() {
    return memory.usedBytes();
  }

  /** How many tables are in memory only. */
  public int memoryCount() {
    return memory.count();
  }

  /**
   * The table of a file; the caller closes it. Never throws for what is wrong with the file: the
   * table is then empty and says why.
   *
   * @param key names the content of the binary
   * @param binary open at least until this returns
   * @param path of the binary, as its process names it; empty when it has none
   * @param root opens the files of the binary's container
   * @param others asked only when there is no {@code .symtab}, such as Go's line table
   */
  public SymbolTable load(
      FileKey key, ElfFile binary, String path, FileOpener root, List<SymbolSource> others) {
    try {
      return loadOrThrow(key, binary, path, root, others);
    } catch (TooManySymbolsException e) {
      return SymbolTable.empty(UnnamedReason.SYMBOLS_REFUSED);
    } catch (CacheException e) {
      return SymbolTable.empty(UnnamedReason.CACHE_FAILED);
    } catch (MalformedException e) {
      return SymbolTable.empty(UnnamedReason.FILE_MALFORMED);
    } catch (IOException e) {
      return SymbolTable.empty(UnnamedReason.FILE_UNREADABLE);
    }
  }

  private SymbolTable loadOrThrow(
      FileKey key, ElfFile binary, String path, FileOpener root, List<SymbolSource> others)
      throws IOException {
    Optional<LeasedTable> cached = cache.find(key).or(() -> memory.find(key));
    if (cached.isPresent() && cached.get().isComplete()) {
      return cached.get();
    }
    boolean keep = false;
    try {
      Optional<SymbolTable> complete = buildComplete(key, binary, path, root);
      keep = complete.isEmpty();
      if (complete.isPresent()) {
        return complete.get();
      }
    } finally {
      if (!keep) {
        cached.ifPresent(SymbolTable::close);
      }
    }
    if (cached.isPresent()) {
      return cached.get();
    }
    List<SymbolSource> sources = new ArrayList<>();
    sources.add(ElfSymbolSource.ofDynamic(binary));
    sources.addAll(others);
    return build(key, false, sources);
  }

  /** Empty when neither the file nor a debug file has a {@code .symtab}. */
  private Optional<SymbolTable> buildComplete(
      FileKey key, ElfFile binary, String path, FileOpener root) throws IOException {
    if (binary.hasStaticSymbols()) {
      return Optional.of(buildComplete(key, binary, binary));
    }
    Optional<DebugFile> found = debugFiles.find(binary, path, root);
    if (found.isEmpty()) {
      return Optional.empty();
    }
    try (DebugFile debugFile = found.get()) {
      return debugFile.elf().hasStaticSymbols()
          ? Optional.of(buildComplete(key, debugFile.elf(), binary))
          : Optional.empty();
    }
  }

  private SymbolTable buildComplete(FileKey key, ElfFile withSymbols, ElfFile binary)
      throws IOException {
    return build(
        key,
        true,
        List.of(ElfSymbolSource.ofStatic(withSymbols), ElfSymbolSource.ofDynamic(binary)));
  }

  private SymbolTable build(FileKey key, boolean complete, List<SymbolSource> sources)
      throws IOException {
    SymbolSource source = new CombinedSource(sources);
    Optional<LeasedTable> stored;
    try {
      stored = cache.store(key, complete, source);
    } catch (CacheException e) {
      if (e.getCause() instanceof ClosedByInterruptException) { // the thread ends, not the disk
        throw e;
      }
      Optional<LeasedTable> held = memory.store(key, complete, source);
      outage.failed(key.text(), held.map(LeasedTable::bytes).orElse(CacheOutage.UNKNOWN_BYTES), e);
      return held.orElseThrow(() -> e);
    }
    if (stored.isEmpty()) {
      return SymbolTable.empty(UnnamedReason.SYMBOLS_REFUSED);
    }
    outage.written(key.text(), stored.get().bytes());
    return stored.get();
  }
}
