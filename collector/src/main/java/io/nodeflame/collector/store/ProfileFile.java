package io.nodeflame.collector.store;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import org.h2.mvstore.DataUtils;
import org.h2.mvstore.FileStore;
import org.h2.mvstore.MVMap;
import org.h2.mvstore.MVStore;
import org.h2.mvstore.MVStoreException;
import org.h2.mvstore.type.LongDataType;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The file: three maps, of series, index entries and gzipped profiles. It writes on the caller's
 * thread only. Every {@link #commit} leaves a file that opens again, whatever ends the process;
 * what came after the last commit is lost then.
 *
 * <p>Methods throw {@link MVStoreException}, or in a damaged file any other {@link
 * RuntimeException}, when it cannot be read or written. Not thread-safe: space of dropped profiles
 * is used again at once, also while another thread reads.
 */
final class ProfileFile {
  private static final Logger log = LoggerFactory.getLogger(ProfileFile.class);
  private static final String NAME = "profiles.mv";

  private static final int CACHE_MIB = 2;
  private static final int PAGE_BYTES = 16 << 10;

  final MVMap<Long, byte[]> series;
  final MVMap<Long, byte[]> index;
  final MVMap<Long, byte[]> profiles;
  private final MVStore store;

  private ProfileFile(MVStore store) {
    this.store = store;
    series = open(store, "series");
    index = open(store, "index");
    profiles = open(store, "profiles");
  }

  private static MVMap<Long, byte[]> open(MVStore store, String name) {
    MVMap.Builder<Long, byte[]> types =
        new MVMap.Builder<Long, byte[]>()
            .keyType(LongDataType.INSTANCE)
            .valueType(BytesType.INSTANCE);
    return store.openMap(name, types);
  }

  /** Does something with a freshly opened file that finds out whether it is sound. */
  interface Check {
    void run(ProfileFile file) throws IOException;
  }

  /**
   * Opens the file of a directory, or makes it. A file that is damaged is moved aside, and a new
   * one begun.
   *
   * @throws IOException when there can be no file, or another process has it
   */
  static ProfileFile open(Path dir, Check check) throws IOException {
    Files.createDirectories(dir);
    Path path = in(dir);
    makeIfMissing(path);
    try {
      return openChecked(builder(path).open(), check);
    } catch (MVStoreException e) {
      if (e.getErrorCode() == DataUtils.ERROR_FILE_LOCKED) {
        throw new IOException(path + " is in use by another process", e);
      }
      if (e.getErrorCode() == DataUtils.ERROR_WRITING_FAILED) {
        // A full disk is no damage.
        throw new IOException(path + " cannot be written: " + words(e), e);
      }
      moveAside(path, e);
    } catch (IOException | RuntimeException e) {
      // Damage also shows as an index out of bounds or a malformed number.
      moveAside(path, e);
    }
    makeIfMissing(path);
    try {
      return openChecked(builder(path).open(), check);
    } catch (MVStoreException e) {
      throw new IOException(path + " cannot be made: " + words(e), e);
    }
  }

  /**
   * Opens the file as the last commit left it, to read only; nothing is made or moved.
   *
   * @throws IOException when it cannot be read
   */
  static ProfileFile openToRead(Path dir, Check check) throws IOException {
    Path path = in(dir);
    try {
      return openChecked(builder(path).readOnly().open(), check);
    } catch (RuntimeException e) {
      throw new IOException(path + " cannot be read: " + words(e), e);
    }
  }

  /** The file of a store's directory. */
  static Path in(Path dir) {
    return dir.resolve(NAME);
  }

  /** What the system said, such as {@code No space left on device}, below the library's words. */
  static String words(Exception e) {
    Throwable deepest = e;
    while (deepest.getCause() != null) {
      deepest = deepest.getCause();
    }
    return String.valueOf(deepest.getMessage());
  }

  private static void makeIfMissing(Path path) throws IOException {
    if (Files.notExists(path)) {
      // Profiles name what runs here: nobody else's business.
      Files.createFile(
          path, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    }
  }

  private static MVStore.Builder builder(Path path) {
    return new MVStore.Builder()
        .fileName(path.toString())
        .autoCommitDisabled()
        .autoCommitBufferSize(1024)
        .cacheSize(CACHE_MIB)
        .cacheConcurrency(1)
        .pageSplitSize(PAGE_BYTES);
  }

  private static ProfileFile openChecked(MVStore store, Check check) throws IOException {
    boolean sound = false;
    try {
      store.setVersionsToKeep(0);
      // Nobody reads an old version here; so dropped space can be used again at once.
      store.setRetentionTime(0);
      ProfileFile file = new ProfileFile(store);
      check.run(file);
      sound = true;
      return file;
    } finally {
      if (!sound) {
        store.closeImmediately();
      }
    }
  }

  private static void moveAside(Path path, Exception reason) throws IOException {
    Path aside = path.resolveSibling(NAME + ".damaged");
    log.warn(
        "the store's file {} is damaged ({}): moved to {}, starting a new one",
        path,
        reason.getMessage(),
        aside.getFileName());
    Files.move(path, aside, StandardCopyOption.REPLACE_EXISTING);
  }

  void commit() {
    store.commit();
  }

  /** Bytes of changes that {@link #commit} would write. */
  int unsavedBytes() {
    return store.getUnsavedMemory();
  }

  long sizeBytes() {
    FileStore<?> file = store.getFileStore();
    return file == null ? 0 : file.size();
  }

  /** Moves what is left of old chunks together, so that their space can be used again. */
  void compact(int writeBytes) {
    store.compact(80, writeBytes);
  }

  /** Gives space at the end of the file back, for at most so long. */
  void shrink(int maxMillis) {
    store.compactFile(maxMillis);
  }

  void close() {
    if (!store.isClosed()) {
      store.close();
    }
  }

  /** Leaves the file as the last commit left it. */
  void abandon() {
    store.closeImmediately();
  }
}
