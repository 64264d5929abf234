package io.nodeflame.symbolizer.symbols;

import io.nodeflame.symbolizer.UnnamedReason;
import io.nodeflame.symbolizer.bytes.MalformedException;
import io.nodeflame.symbolizer.elf.ElfFile;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Gives the symbols of a file: out of the cache, or of its {@code .symtab}, else that of its debug
 * file, together with {@code .dynsym} and what other sources know. A table from a stripped file is
 * replaced once a debug file or an unstripped copy turns up. Safe for many threads.
 */
public final class SymbolTables {
  private static final Logger LOG = LoggerFactory.getLogger(SymbolTables.class);
  private static final long WARNING_INTERVAL_NANOS = 60_000_000_000L;

  private final AtomicLong lastWarning = new AtomicLong(System.nanoTime() - WARNING_INTERVAL_NANOS);
  private final SymbolCache cache;
  private final DebugFiles debugFiles;

  public SymbolTables(SymbolCache cache, DebugFiles debugFiles) {
    this.cache = cache;
    this.debugFiles = debugFiles;
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
      warn(e);
      return SymbolTable.empty(UnnamedReason.CACHE_FAILED);
    } catch (MalformedException e) {
      return SymbolTable.empty(UnnamedReason.FILE_MALFORMED);
    } catch (IOException e) {
      return SymbolTable.empty(UnnamedReason.FILE_UNREADABLE);
    }
  }

  private void warn(CacheException e) {
    long now = System.nanoTime();
    long last = lastWarning.get();
    if (now - last >= WARNING_INTERVAL_NANOS && lastWarning.compareAndSet(last, now)) {
      LOG.warn(
          "Functions stay without names: the symbol cache (symbols.cacheDir) cannot be written: {}",
          e.getMessage());
    }
  }

  private SymbolTable loadOrThrow(
      FileKey key, ElfFile binary, String path, FileOpener root, List<SymbolSource> others)
      throws IOException {
    Optional<LeasedTable> cached = cache.find(key);
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
    Optional<LeasedTable> stored = cache.store(key, complete, new CombinedSource(sources));
    return stored.isPresent() ? stored.get() : SymbolTable.empty(UnnamedReason.SYMBOLS_REFUSED);
  }
}
