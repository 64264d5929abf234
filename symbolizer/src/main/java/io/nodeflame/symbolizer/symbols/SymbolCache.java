package io.nodeflame.symbolizer.symbols;

import io.nodeflame.symbolizer.bytes.MalformedException;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A directory of index files with a bound in bytes. The least recently used are deleted first,
 * never one in use. A restart finds them again: the modification time of a file is its last use.
 * Safe for many threads; building a file does not hold up the others.
 */
public final class SymbolCache {
  static final String TEMPORARY_SUFFIX = ".tmp";
  private static final String SUFFIX = ".sym";

  /** Older temporary files are what a crash left behind; younger may be another process's work. */
  private static final Duration ABANDONED_AFTER = Duration.ofHours(1);

  private final Path directory;
  private final long maxBytes;
  private final Clock clock;
  private final IndexFiles indexFiles;
  private final IndexChannels channels = new IndexChannels();
  private final Map<String, CachedIndex> files = new LinkedHashMap<>(16, 0.75f, true);
  private final List<SymbolIndexWriter> writers = new ArrayList<>();
  private boolean isAdopted;
  private long bytes;
  private long hits;
  private long misses;
  private long evictions;
  private long corrupt;
  private long refused;

  private SymbolCache(Path directory, long maxBytes, Clock clock, IndexFiles indexFiles) {
    this.indexFiles = indexFiles;
    this.directory = directory;
    this.maxBytes = maxBytes;
    this.clock = clock;
  }

  /**
   * Opens the directory, creates it where it is missing, and deletes what is over the bound. A
   * directory that cannot be used is tried again with each table to store.
   *
   * @param maxBytes bound of all files together; one file may take half of it
   */
  public static SymbolCache open(Path directory, long maxBytes, Clock clock) {
    return open(directory, maxBytes, clock, FileChannel::open);
  }

  static SymbolCache open(Path directory, long maxBytes, Clock clock, IndexFiles indexFiles) {
    if (maxBytes <= 0) {
      throw new IllegalArgumentException("maxBytes " + maxBytes);
    }
    SymbolCache cache = new SymbolCache(directory, maxBytes, clock, indexFiles);
    try {
      cache.prepareDirectory();
    } catch (IOException e) {
      // a full disk, read-only, or gone: store says so, once there is something to store
    }
    return cache;
  }

  public synchronized SymbolCacheStats stats() {
    long writtenBytes = 0;
    for (SymbolIndexWriter writer : writers) {
      writtenBytes += writer.writtenBytes();
    }
    return new SymbolCacheStats(
        bytes + writtenBytes, files.size(), hits, misses, evictions, corrupt, refused);
  }

  /**
   * The table of a file, if it is there and in order. The caller closes it. One that is there and
   * cannot be opened now stays.
   */
  Optional<LeasedTable> find(FileKey key) {
    CachedIndex cached;
    synchronized (this) {
      cached = files.get(key.text());
      if (cached == null) {
        misses++;
        return Optional.empty();
      }
      cached.leases++;
      SymbolIndex open = cached.open;
      if (open != null && !open.hasFailed()) {
        hits++;
        return Optional.of(lease(cached, open));
      }
    }
    Path path = path(key.text());
    try {
      LeasedTable table = opened(cached, SymbolIndex.open(path, channels));
      markUsed(path);
      return Optional.of(table);
    } catch (MalformedException | NoSuchFileException | AccessDeniedException e) {
      forget(key, cached);
    } catch (IOException e) { // no descriptor is free, or the disk fails: the file may be good
      leave(cached, e);
    }
    return Optional.empty();
  }

  private void markUsed(Path path) {
    try {
      Files.setLastModifiedTime(path, FileTime.from(clock.instant()));
    } catch (IOException e) {
      // of a directory that cannot be written; the file is as good as before
    }
  }

  /**
   * Makes the table of a file, in place of the one that may be there. The caller closes it.
   *
   * @param complete true when the source reads a {@code .symtab}
   * @return empty when the files in use leave no room for it
   * @throws CacheException when the directory cannot take it, or has one that cannot be opened now
   * @throws IOException of the source; nothing is kept then, either
   */
  Optional<LeasedTable> store(FileKey key, boolean complete, SymbolSource source)
      throws IOException {
    requireOpenable(key);
    Path temporary = createTemporary();
    try {
      write(temporary, complete, source);
      return admit(key, temporary);
    } finally {
      deleteQuietly(temporary);
    }
  }

  private synchronized void requireOpenable(FileKey key) throws CacheException {
    CachedIndex cached = files.get(key.text());
    if (cached != null && cached.openFailure != null) {
      throw new CacheException(cached.openFailure);
    }
  }

  private Path createTemporary() throws CacheException {
    try {
      prepareDirectory();
      return Files.createTempFile(directory, "index-", TEMPORARY_SUFFIX);
    } catch (IOException e) {
      throw new CacheException(e);
    }
  }

  private void write(Path temporary, boolean complete, SymbolSource source) throws IOException {
    SymbolIndexWriter writer;
    try {
      writer = new SymbolIndexWriter(indexFiles, temporary, directory, maxBytes / 2);
    } catch (IOException e) {
      throw new CacheException(e);
    }
    synchronized (this) {
      writers.add(writer);
    }
    try {
      source.forEach(guarded(writer));
      finish(writer, complete);
    } finally {
      synchronized (this) {
        writers.remove(writer);
      }
      close(writer);
    }
  }

  private static void finish(SymbolIndexWriter writer, boolean complete) throws IOException {
    try {
      writer.finish(complete);
    } catch (MalformedException | TooManySymbolsException e) {
      throw e;
    } catch (IOException e) {
      throw new CacheException(e);
    }
  }

  private static void close(SymbolIndexWriter writer) throws CacheException {
    try {
      writer.close();
    } catch (IOException e) {
      throw new CacheException(e);
    }
  }

  /** Tells what the directory cannot take from what the source cannot give. */
  private static SymbolConsumer guarded(SymbolIndexWriter writer) {
    return (kind, start, size, limit, name, nameLength) -> {
      try {
        writer.symbol(kind, start, size, limit, name, nameLength);
      } catch (MalformedException | TooManySymbolsException e) {
        throw e;
      } catch (IOException e) {
        throw new CacheException(e);
      }
    };
  }

  private Optional<LeasedTable> admit(FileKey key, Path temporary) throws CacheException {
    SymbolIndex index;
    try {
      index = SymbolIndex.open(temporary, channels);
    } catch (IOException e) { // also when what was just written reads otherwise
      throw new CacheException(e);
    }
    Optional<LeasedTable> admitted = Optional.empty();
    try {
      admitted = admit(key, temporary, index);
      return admitted;
    } catch (IOException e) {
      throw new CacheException(e);
    } finally {
      if (admitted.isEmpty()) {
        index.close();
      }
    }
  }

  private synchronized Optional<LeasedTable> admit(FileKey key, Path temporary, SymbolIndex index)
      throws IOException {
    CachedIndex added = new CachedIndex(index.bytes());
    CachedIndex replaced = files.get(key.text());
    long freed = replaced == null ? 0 : replaced.bytes;
    if (!makeRoom(added.bytes - freed, key.text())) {
      refused++;
      return Optional.empty();
    }
    Path path = path(key.text());
    Files.move(temporary, path, StandardCopyOption.ATOMIC_MOVE);
    index.movedTo(path);
    files.put(key.text(), added);
    bytes += added.bytes - freed;
    added.leases = 1;
    added.open = index;
    return Optional.of(lease(added, index));
  }

  /** Deletes files that are not in use until so many bytes more fit; false when they never will. */
  private boolean makeRoom(long moreBytes, String except) throws IOException {
    List<String> unused = new ArrayList<>();
    long bytesAfter = bytes + moreBytes;
    for (Map.Entry<String, CachedIndex> file : files.entrySet()) {
      if (bytesAfter <= maxBytes) {
        break;
      }
      if (file.getValue().leases == 0 && !file.getKey().equals(except)) {
        unused.add(file.getKey());
        bytesAfter -= file.getValue().bytes;
      }
    }
    if (bytesAfter > maxBytes) {
      return false;
    }
    for (String name : unused) {
      Files.deleteIfExists(path(name));
      remove(name);
      evictions++;
    }
    return true;
  }

  private void remove(String name) {
    CachedIndex removed = files.remove(name);
    if (removed != null) {
      bytes -= removed.bytes;
    }
  }

  private synchronized LeasedTable opened(CachedIndex cached, SymbolIndex index) {
    hits++;
    cached.openFailure = null;
    SymbolIndex known = cached.open;
    if (known != null && !known.hasFailed()) { // another thread was faster
      index.close();
      return lease(cached, known);
    }
    if (known != null) {
      known.close();
    }
    cached.open = index;
    return lease(cached, index);
  }

  private LeasedTable lease(CachedIndex cached, SymbolIndex index) {
    return new LeasedTable(index, () -> giveBack(cached));
  }

  private synchronized void giveBack(CachedIndex cached) {
    cached.leases--;
    if (cached.leases == 0 && cached.open != null) {
      cached.open.close();
      cached.open = null;
    }
  }

  private synchronized void leave(CachedIndex cached, IOException failure) {
    misses++;
    cached.openFailure = failure;
    giveBack(cached);
  }

  /** Drops a file whose content is wrong or gone. */
  private synchronized void forget(FileKey key, CachedIndex cached) {
    misses++;
    corrupt++;
    giveBack(cached);
    if (files.get(key.text()) == cached) {
      remove(key.text());
      deleteQuietly(path(key.text())); // else the rebuilt file replaces it
    }
  }

  private static void deleteQuietly(Path path) {
    try {
      Files.deleteIfExists(path);
    } catch (IOException e) {
      // of a directory that cannot be written
    }
  }

  /** Creates the directory when it is missing, and learns what is in it when that was not done. */
  private synchronized void prepareDirectory() throws IOException {
    if (!Files.isDirectory(directory)) {
      Files.createDirectories(
          directory,
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    }
    if (!isAdopted) {
      adoptFiles();
      isAdopted = true;
      makeRoom(0, "");
    }
  }

  private void adoptFiles() throws IOException {
    record Found(String name, long bytes, FileTime lastUse) {}
    List<Found> found = new ArrayList<>();
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(directory)) {
      for (Path entry : entries) {
        String name = String.valueOf(entry.getFileName());
        BasicFileAttributes attributes;
        try {
          attributes =
              Files.readAttributes(entry, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
        } catch (NoSuchFileException e) {
          continue; // another process's temporary file
        }
        if (attributes.isRegularFile() && name.endsWith(SUFFIX)) {
          String key = name.substring(0, name.length() - SUFFIX.length());
          found.add(new Found(key, attributes.size(), attributes.lastModifiedTime()));
        } else if (attributes.isRegularFile()
            && name.endsWith(TEMPORARY_SUFFIX)
            && attributes
                .lastModifiedTime()
                .toInstant()
                .isBefore(clock.instant().minus(ABANDONED_AFTER))) {
          deleteQuietly(entry);
        }
      }
    } catch (DirectoryIteratorException e) {
      throw e.getCause();
    }
    found.sort(Comparator.comparing(Found::lastUse));
    for (Found file : found) {
      files.put(file.name(), new CachedIndex(file.bytes()));
      bytes += file.bytes();
    }
  }

  private Path path(String name) {
    return directory.resolve(name + SUFFIX);
  }
}
