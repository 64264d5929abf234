package io.nodeflame.symbolizer.host;

import io.nodeflame.symbolizer.UnnamedReason;
import io.nodeflame.symbolizer.bytes.ByteSource;
import io.nodeflame.symbolizer.elf.ElfFile;
import io.nodeflame.symbolizer.process.FileIdentity;
import io.nodeflame.symbolizer.symbols.FileKey;
import io.nodeflame.symbolizer.symbols.FileOpener;
import io.nodeflame.symbolizer.symbols.SymbolTable;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * One ELF file with code, shared by all processes that map it. Keeps a few hundred bytes, not its
 * headers; {@link CodeFiles} opens and closes it, and bounds what is held open.
 *
 * <p>Safe for the sampling and the collecting thread: no lock is held while symbols are loaded,
 * which can take seconds.
 */
final class CodeFile {
  /** Device of what was read from memory. */
  static final long IN_MEMORY = -1;

  /** The number of open files may be better by then. */
  private static final long UNREADABLE_RETRY_NANOS = 5_000_000_000L;

  /** Neither the disk nor memory had room; finding that out reads symbols for nothing. */
  private static final long NO_ROOM_RETRY_NANOS = 60_000_000_000L;

  /** Building a large table for nothing is expensive. */
  private static final long REFUSED_RETRY_NANOS = 300_000_000_000L;

  private final ReplaceableBytes bytes;
  private final int number;
  private final FileIdentity identity;
  private final String path;
  private final String buildId;
  private final CodeSegments segments;
  private final boolean hasGo;

  private int users;
  private boolean discarded;
  private volatile long lastUseNanos;
  private @Nullable SymbolTable symbols;
  private long loadedNanos;

  private CodeFile(
      ReplaceableBytes bytes, ElfFile elf, int number, FileIdentity identity, String path)
      throws IOException {
    this.bytes = bytes;
    this.number = number;
    this.identity = identity;
    this.path = path;
    this.buildId = elf.buildId().orElse("");
    this.segments = CodeSegments.of(elf);
    this.hasGo = GoTables.isIn(elf);
  }

  /**
   * Parses the headers. The bytes stay the caller's to close when that fails.
   *
   * @param number of this file among all, from 1
   * @param path as a process names it
   */
  static CodeFile parse(ByteSource file, int number, FileIdentity identity, String path)
      throws IOException {
    ReplaceableBytes bytes = new ReplaceableBytes(file);
    return new CodeFile(bytes, ElfFile.parse(bytes), number, identity, path);
  }

  int number() {
    return number;
  }

  FileIdentity identity() {
    return identity;
  }

  String path() {
    return path;
  }

  /** Lower-case hex, empty when the file has none. */
  String buildId() {
    return buildId;
  }

  CodeSegments segments() {
    return segments;
  }

  /** Whether the file names a section for a Go function table; what is in it may be anything. */
  boolean hasGo() {
    return hasGo;
  }

  ByteSource bytes() {
    return bytes;
  }

  synchronized void addUser(long nowNanos) {
    users++;
    lastUseNanos = nowNanos;
  }

  synchronized void removeUser(long nowNanos) {
    if (users == 0) {
      throw new IllegalStateException("a file given back more often than taken");
    }
    users--;
    lastUseNanos = nowNanos;
  }

  synchronized boolean isInUse() {
    return users > 0;
  }

  void touch(long nowNanos) {
    lastUseNanos = nowNanos;
  }

  long lastUseNanos() {
    return lastUseNanos;
  }

  boolean isOpen() {
    return bytes.isOpen();
  }

  /** Takes the same content over, opened again. */
  synchronized void reopen(ByteSource again) {
    bytes.replace(again);
    if (symbols != null && symbols.unnamedReason() == UnnamedReason.FILE_UNREADABLE) {
      symbols = null;
    }
  }

  /** What was read of the file stays. */
  void close() {
    bytes.close();
  }

  /** Whether a name may need the bytes of the file. */
  synchronized boolean needsBytes(long nowNanos) {
    return hasGo
        || symbols == null
        || symbols.unnamedReason() == UnnamedReason.FILE_UNREADABLE
        || isRetryDue(nowNanos);
  }

  /**
   * When the next name asked for loads the symbols again, since they are missing for a reason that
   * may be gone by then; 0 when the names stay what they are.
   */
  synchronized long retryNanos() {
    return symbols == null
        ? 0
        : switch (symbols.unnamedReason()) {
          case FILE_UNREADABLE -> loadedNanos + UNREADABLE_RETRY_NANOS;
          case CACHE_FAILED -> loadedNanos + NO_ROOM_RETRY_NANOS;
          case SYMBOLS_REFUSED -> loadedNanos + REFUSED_RETRY_NANOS;
          default -> 0;
        };
  }

  private boolean isRetryDue(long nowNanos) {
    long retryNanos = retryNanos();
    return retryNanos != 0 && nowNanos - retryNanos >= 0;
  }

  /** The symbols, loaded now if they are not there. For the collecting thread. */
  SymbolTable symbols(SymbolLoader loader, FileOpener root, long nowNanos) {
    synchronized (this) {
      SymbolTable held = symbols;
      if (held != null && !isRetryDue(nowNanos)) {
        return held;
      }
      if (held != null) {
        held.close();
      }
      symbols = null;
    }
    SymbolTable loaded = load(loader, root);
    synchronized (this) {
      if (discarded) { // meanwhile; nobody would give the table back
        loaded.close();
        return loaded;
      }
      symbols = loaded;
      loadedNanos = nowNanos;
    }
    return loaded;
  }

  private SymbolTable load(SymbolLoader loader, FileOpener root) {
    FileKey key =
        FileKey.of(
            identity.device() == IN_MEMORY ? "" : buildId,
            identity.device(),
            identity.inode(),
            identity.size(),
            identity.modifiedNanos());
    return loader.load(key, bytes, path, root);
  }

  /** Lets the cache evict the symbols; they come back when asked for. True when there were any. */
  synchronized boolean giveSymbolsBack() {
    SymbolTable held = symbols;
    if (held == null) {
      return false;
    }
    held.close();
    symbols = null;
    return held.count() > 0;
  }

  /** Closes everything for good; for a file that is not in use. */
  synchronized void discard() {
    discarded = true;
    close();
    giveSymbolsBack();
  }
}
