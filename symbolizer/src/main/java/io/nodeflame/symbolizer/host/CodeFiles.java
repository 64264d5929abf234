package io.nodeflame.symbolizer.host;

import io.nodeflame.symbolizer.UnnamedReason;
import io.nodeflame.symbolizer.bytes.ByteSource;
import io.nodeflame.symbolizer.bytes.MalformedException;
import io.nodeflame.symbolizer.process.FileOpening;
import io.nodeflame.symbolizer.process.FileRefusal;
import io.nodeflame.symbolizer.process.MappedFiles;
import io.nodeflame.symbolizer.process.Mapping;
import io.nodeflame.symbolizer.process.OpenedFile;
import io.nodeflame.symbolizer.process.ProcessId;
import io.nodeflame.symbolizer.process.RefusedFile;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The files that processes map, each parsed once. A mapping is recognized by device, inode and path
 * while its file is open, since that keeps the inode from being used again; a closed file is opened
 * anew and compared, and so is an open one from time to time, since it can be written in place.
 *
 * <p>Files stay open while a process uses them and a moment longer. Bounded are the files known and
 * the files open; of those too many, the ones used longest ago are forgotten or closed. Safe for
 * both threads; the lock is held while headers are read, never while symbols are.
 */
final class CodeFiles implements AutoCloseable {
  private static final long SECOND = 1_000_000_000L;
  private static final long OPEN_AFTER_USE_NANOS = 2 * SECOND;
  private static final long SYMBOLS_AFTER_USE_NANOS = 60 * SECOND;
  private static final long COMPARE_AGAIN_NANOS = 30 * SECOND;
  private static final long UNUSABLE_NANOS = 10 * SECOND;
  private static final long SWEEP_NANOS = SECOND / 2;

  /** A file that nobody uses is believed to be the one with its name and inode for so long. */
  private static final long KNOWN_AFTER_USE_NANOS = 60 * SECOND;

  /**
   * @param files known at once, in use or not
   * @param open file descriptors at once
   */
  record Limits(int files, int open) {
    static final Limits DEFAULT = new Limits(4096, 512);
  }

  private record MappedKey(long device, long inode, String path) {}

  /** What is known of a mapped file: the file, or why it cannot be used. */
  static final class Entry {
    private final @Nullable CodeFile file;
    private final UnnamedReason reason;
    private long validUntilNanos;

    private Entry(@Nullable CodeFile file, UnnamedReason reason, long validUntilNanos) {
      this.file = file;
      this.reason = reason;
      this.validUntilNanos = validUntilNanos;
    }

    @Nullable CodeFile file() {
      return file;
    }

    UnnamedReason reason() {
      return reason;
    }
  }

  private final MappedFiles mappedFiles;
  private final OpenTables tables;
  private final LongSupplier nanoTime;
  private final Limits limits;
  private final Map<MappedKey, Entry> entries = new LinkedHashMap<>(64, 0.75f, true);

  /** Replaced by another content while processes use them. */
  private final List<CodeFile> replaced = new ArrayList<>();

  private int numbers;
  private int opened;
  private long nextSweep;

  CodeFiles(MappedFiles mappedFiles, OpenTables tables, LongSupplier nanoTime, Limits limits) {
    this.mappedFiles = mappedFiles;
    this.tables = tables;
    this.nanoTime = nanoTime;
    this.limits = limits;
    this.nextSweep = nanoTime.getAsLong();
  }

  /** How many files were opened so far: what the work of reading a process is measured by. */
  synchronized int openedCount() {
    return opened;
  }

  /** A number that no other file has. */
  synchronized int nextNumber() {
    numbers = numbers == Integer.MAX_VALUE >>> 1 ? 1 : numbers + 1;
    return numbers;
  }

  /**
   * The file behind a mapping of a live process, with one more user when it is usable.
   *
   * @param mayOpen false when only what is open already may be used
   */
  synchronized Entry acquire(ProcessId process, Mapping mapping, boolean mayOpen) {
    long now = nanoTime.getAsLong();
    MappedKey key = new MappedKey(mapping.device(), mapping.inode(), mapping.path());
    Entry known = entries.get(key);
    Entry entry;
    if (known != null && now - known.validUntilNanos < 0 && isOpenOrUnusable(known)) {
      entry = known;
    } else if (mayOpen) {
      entry = open(process, mapping, key, known, now);
    } else {
      entry = unusable(UnnamedReason.SYMBOLS_REFUSED, now);
    }
    if (entry.file != null) {
      entry.file.addUser(now);
    }
    return entry;
  }

  private static boolean isOpenOrUnusable(Entry entry) {
    return entry.file == null || entry.file.isOpen();
  }

  private static Entry unusable(UnnamedReason reason, long now) {
    return new Entry(null, reason, now + UNUSABLE_NANOS);
  }

  private Entry open(
      ProcessId process, Mapping mapping, MappedKey key, @Nullable Entry known, long now) {
    opened++;
    FileOpening opening = mappedFiles.open(process, mapping);
    CodeFile old = known == null ? null : known.file;
    if (opening instanceof OpenedFile file) {
      if (known != null && old != null && old.identity().equals(file.identity())) {
        return again(known, old, file.bytes(), now);
      }
      return put(key, old, parse(file, mapping.path(), now), now);
    }
    if (known != null && old != null && old.isOpen()) {
      return known; // an open file keeps its inode: it is this one, though it cannot be compared
    }
    if (opening instanceof RefusedFile refused && refused.reason() == FileRefusal.PROCESS_GONE) {
      return unusable(UnnamedReason.PROCESS_GONE, now);
    }
    return put(key, old, unusable(UnnamedReason.FILE_UNREADABLE, now), now);
  }

  private Entry again(Entry known, CodeFile same, ByteSource bytes, long now) {
    if (same.isOpen()) {
      ReplaceableBytes.close(bytes);
    } else {
      same.reopen(bytes);
      closeTooMany(same);
    }
    known.validUntilNanos = now + COMPARE_AGAIN_NANOS;
    return known;
  }

  private Entry parse(OpenedFile file, String path, long now) {
    ByteSource bytes = file.bytes();
    boolean kept = false;
    try {
      CodeFile parsed = CodeFile.parse(bytes, nextNumber(), file.identity(), path);
      kept = true;
      return new Entry(parsed, UnnamedReason.NO_SYMBOL_AT_ADDRESS, now + COMPARE_AGAIN_NANOS);
    } catch (MalformedException e) {
      return unusable(UnnamedReason.FILE_MALFORMED, now);
    } catch (IOException e) {
      return unusable(UnnamedReason.FILE_UNREADABLE, now);
    } finally {
      if (!kept) {
        ReplaceableBytes.close(bytes);
      }
    }
  }

  private Entry put(MappedKey key, @Nullable CodeFile old, Entry entry, long now) {
    if (old != null) {
      drop(old);
    }
    entries.remove(key);
    if (!makeRoom()) {
      if (entry.file != null) {
        entry.file.discard();
      }
      return unusable(UnnamedReason.SYMBOLS_REFUSED, now);
    }
    entries.put(key, entry);
    if (entry.file != null) {
      closeTooMany(entry.file);
    }
    return entry;
  }

  private void drop(CodeFile file) {
    if (file.isInUse()) {
      replaced.add(file);
    } else {
      tables.forget(file);
      file.discard();
    }
  }

  /** Forgets the file used longest ago that nobody uses; false when all are in use. */
  private boolean makeRoom() {
    if (entries.size() + replaced.size() < limits.files()) {
      return true;
    }
    Iterator<Entry> leastRecent = entries.values().iterator();
    while (leastRecent.hasNext()) {
      CodeFile file = leastRecent.next().file;
      if (file == null || !file.isInUse()) {
        leastRecent.remove();
        if (file != null) {
          drop(file);
        }
        return true;
      }
    }
    return false;
  }

  private void closeTooMany(CodeFile except) {
    if (entries.size() + replaced.size() <= limits.open() || openCount() <= limits.open()) {
      return;
    }
    CodeFile oldest = null;
    for (Entry entry : entries.values()) {
      CodeFile file = entry.file;
      if (file != null
          && file != except
          && file.isOpen()
          && (oldest == null || file.lastUseNanos() - oldest.lastUseNanos() < 0)) {
        oldest = file;
      }
    }
    if (oldest != null) {
      oldest.close();
    }
  }

  /** Opens a file in use again that was closed since too many were open. */
  synchronized void reopen(ProcessId process, Mapping mapping, CodeFile file) {
    if (file.isOpen() || !file.isInUse()) {
      return;
    }
    if (mappedFiles.open(process, mapping) instanceof OpenedFile again) {
      if (file.identity().equals(again.identity())) {
        file.reopen(again.bytes());
        closeTooMany(file);
      } else {
        ReplaceableBytes.close(again.bytes());
      }
    }
  }

  /**
   * A file seen before in another process, with one more user. A closed one may be another by now,
   * with an inode used again: it must at least have the name, and have been in use just now.
   */
  synchronized Optional<CodeFile> acquireKnown(long device, long inode, String name) {
    long now = nanoTime.getAsLong();
    for (Map.Entry<MappedKey, Entry> known : entries.entrySet()) {
      MappedKey key = known.getKey();
      CodeFile file = known.getValue().file;
      if (file != null
          && key.inode() == inode
          && key.device() == device
          && (file.isOpen()
              || (key.path().endsWith("/" + name)
                  && now - file.lastUseNanos() < KNOWN_AFTER_USE_NANOS))) {
        file.addUser(now);
        return Optional.of(file);
      }
    }
    return Optional.empty();
  }

  /** Closes what nobody has used for a while. Cheap; called with every process read or named. */
  synchronized void sweep() {
    long now = nanoTime.getAsLong();
    if (now - nextSweep < 0) {
      return;
    }
    nextSweep = now + SWEEP_NANOS;
    for (Entry entry : entries.values()) {
      CodeFile file = entry.file;
      if (file != null && !file.isInUse()) {
        long unused = now - file.lastUseNanos();
        if (unused >= OPEN_AFTER_USE_NANOS && file.isOpen()) {
          file.close();
        }
        if (unused >= SYMBOLS_AFTER_USE_NANOS) {
          tables.forget(file);
          file.giveSymbolsBack();
        }
      }
    }
    for (Iterator<CodeFile> each = replaced.iterator(); each.hasNext(); ) {
      CodeFile file = each.next();
      if (!file.isInUse()) {
        each.remove();
        drop(file);
      }
    }
  }

  /** Lets the cache evict the symbols of files that nobody uses; false when there are none. */
  synchronized boolean giveUnusedSymbolsBack() {
    boolean any = false;
    for (Entry entry : entries.values()) {
      CodeFile file = entry.file;
      if (file != null && !file.isInUse()) {
        any |= file.giveSymbolsBack();
      }
    }
    return any;
  }

  synchronized int openCount() {
    int open = 0;
    for (CodeFile file : replaced) {
      open += file.isOpen() ? 1 : 0;
    }
    for (Entry entry : entries.values()) {
      open += entry.file != null && entry.file.isOpen() ? 1 : 0;
    }
    return open;
  }

  synchronized int knownCount() {
    return entries.size() + replaced.size();
  }

  @Override
  public synchronized void close() {
    for (Entry entry : entries.values()) {
      if (entry.file != null) {
        entry.file.discard();
      }
    }
    replaced.forEach(CodeFile::discard);
    entries.clear();
    replaced.clear();
  }
}
