package io.nodeflame.collector.store;

import io.nodeflame.collector.profile.EncodedProfile;
import io.nodeflame.collector.profile.ProfileSink;
import java.io.IOException;
import java.time.Clock;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Recent profiles on this node's disk: a sink, with the answers to queries over it. Has no thread
 * of its own. What was accepted is on disk after the next {@link #flush} or after a later {@code
 * accept}, at most 512 KiB later. When the file fails, profiles are dropped and counted, those on
 * disk stay readable where they can be read, and it is opened again after a minute.
 *
 * <p>Thread-safe: one lock, held for one profile or some hundred index entries at a time, so that a
 * long query does not hold up collection.
 */
public final class ProfileStore implements ProfileSink, AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(ProfileStore.class);
  private static final long REOPEN_MILLIS = 60_000;

  private final StoreConfig config;
  private final Clock clock;
  private final StoreLock directory;
  private final ProfileQueries queries = new ProfileQueries(this);
  private final Object lock = new Object();
  private final WriteAccounts writes;
  private final Map<DropReason, Long> droppedBefore = new EnumMap<>(DropReason.class);
  private @Nullable StoredProfiles profiles;
  private boolean closed;
  private boolean isFailing;
  private long failedAtMillis;
  private long acceptedSamples;
  private long reopenedSamples;

  private ProfileStore(
      StoreConfig config,
      Clock clock,
      StoreLock directory,
      WriteAccounts writes,
      StoredProfiles profiles) {
    this.config = config;
    this.clock = clock;
    this.directory = directory;
    this.writes = writes;
    this.profiles = profiles;
    this.reopenedSamples = profiles.storedSamples();
  }

  /**
   * Opens the store; a damaged file is moved aside with a warning.
   *
   * @throws IOException when the directory cannot be written, or another process uses it
   */
  public static ProfileStore open(StoreConfig config, Clock clock) throws IOException {
    StoreLock directory = StoreLock.take(config.dir());
    try {
      WriteAccounts writes = new WriteAccounts();
      StoredProfiles profiles = StoredProfiles.open(config, writes);
      return new ProfileStore(config, clock, directory, writes, profiles);
    } catch (IOException | RuntimeException e) {
      directory.close();
      throw e;
    }
  }

  @Override
  public String name() {
    return "store";
  }

  @Override
  public void accept(EncodedProfile profile) {
    TreeMerge.Summary summary = null;
    try {
      summary = TreeMerge.summary(profile.gzippedPprof(), profile.type().sampleType());
    } catch (IOException e) {
      log.debug("store: profile of {} refused: {}", profile.labels(), e.getMessage());
    }
    synchronized (lock) {
      acceptedSamples += profile.samples();
      openAgain();
      StoredProfiles now = profiles;
      if (summary == null) {
        dropNow(DropReason.MALFORMED, profile.samples());
      } else if (now == null || !now.isWritable()) {
        dropNow(DropReason.STORE_FAILED, profile.samples());
      } else {
        put(now, profile, summary);
      }
    }
  }

  private void put(StoredProfiles now, EncodedProfile profile, TreeMerge.Summary summary) {
    long accounted = now.storedSamples() + sum(now.droppedSamples());
    try {
      now.put(profile, summary, clock.millis());
    } catch (RuntimeException e) {
      // Whether the profile had been counted before the file failed.
      long counted = now.storedSamples() + sum(now.droppedSamples()) - accounted;
      dropNow(DropReason.STORE_FAILED, profile.samples() - counted);
      fail(now, e);
    }
  }

  private static long sum(Map<DropReason, Long> samples) {
    long sum = 0;
    for (long one : samples.values()) {
      sum += one;
    }
    return sum;
  }

  private void dropNow(DropReason reason, long samples) {
    droppedBefore.merge(reason, samples, Long::sum);
  }

  private void fail(StoredProfiles now, RuntimeException e) {
    log.warn(
        "store: {} failed, dropping {}: {}",
        ProfileFile.in(config.dir()),
        closed ? "what was not on disk" : "profiles for a minute",
        ProfileFile.words(e));
    isFailing = true;
    failedAtMillis = clock.millis();
    leave(now);
    if (now.isWritable() && !closed) {
      openToRead();
    }
  }

  /** The file is opened anew: what was in memory only is lost, and what is on disk found again. */
  private void leave(StoredProfiles now) {
    now.droppedSamples().forEach(this::dropNow);
    long lost = writes.lost();
    dropNow(DropReason.STORE_FAILED, lost);
    dropNow(DropReason.FILE_FAILED, now.storedSamples() - lost);
    profiles = null;
    try {
      now.file().abandon();
    } catch (RuntimeException again) {
      log.debug("store: closing failed as well", again);
    }
  }

  /** A full disk can be read. */
  private void openToRead() {
    try {
      use(StoredProfiles.openToRead(config, writes));
    } catch (IOException e) {
      log.warn("store: no profiles to show for a minute: {}", e.getMessage());
    }
  }

  private void use(StoredProfiles opened) {
    reopenedSamples += opened.storedSamples();
    profiles = opened;
  }

  /** A minute after a failure. */
  private void openAgain() {
    StoredProfiles now = profiles;
    boolean isOpen = now != null && now.isWritable();
    if (isOpen || closed || clock.millis() - failedAtMillis < REOPEN_MILLIS) {
      return;
    }
    if (now != null) {
      leave(now);
    }
    try {
      use(StoredProfiles.open(config, writes));
    } catch (IOException e) {
      failedAtMillis = clock.millis();
      log.warn("store: dropping profiles for another minute: {}", e.getMessage());
      openToRead();
    }
  }

  /** Writes what is not on disk yet and drops what is too old. For the end of a window. */
  public void flush() {
    synchronized (lock) {
      openAgain();
      StoredProfiles now = profiles;
      if (now == null || !now.isWritable()) {
        return;
      }
      try {
        now.dropExpired(clock.millis());
        now.commit();
        if (isFailing) {
          isFailing = false;
          log.info("store: {} is written again", ProfileFile.in(config.dir()));
        }
      } catch (RuntimeException e) {
        fail(now, e);
      }
    }
  }

  /** What became of all samples so far. */
  public StoreAccounts accounts() {
    synchronized (lock) {
      Map<DropReason, Long> dropped = new EnumMap<>(DropReason.class);
      for (DropReason reason : DropReason.values()) {
        dropped.put(reason, droppedBefore.getOrDefault(reason, 0L));
      }
      StoreAccounts.Counts written = writes.written();
      StoreAccounts.Counts waiting = writes.waiting();
      StoredProfiles now = profiles;
      if (now == null) {
        return new StoreAccounts(
            acceptedSamples, reopenedSamples, 0, written, waiting, dropped, 0, 0, 0, 0);
      }
      now.droppedSamples().forEach((reason, samples) -> dropped.merge(reason, samples, Long::sum));
      return new StoreAccounts(
          acceptedSamples,
          reopenedSamples,
          now.storedSamples(),
          written,
          waiting,
          dropped,
          now.storedProfiles(),
          now.storedBytes(),
          now.file().sizeBytes(),
          now.series().size());
    }
  }

  /** Time of the newest profile, milliseconds since 1970; 0 when there is none. */
  public long newestMillis() {
    synchronized (lock) {
      StoredProfiles now = profiles;
      Long newest = now == null ? null : now.file().index.lastKey();
      return newest == null ? 0 : StoredProfiles.millisOf(newest);
    }
  }

  /** The answers to queries over it. */
  public ProfileQueries queries() {
    return queries;
  }

  /**
   * By id, those that may have profiles in a range.
   *
   * @throws IOException when the file is closed or fails
   */
  Map<Long, StoredSeries> series(TimeRange range) throws IOException {
    return read(
        now -> {
          Map<Long, StoredSeries> series = new HashMap<>(now.series());
          series.values().removeIf(one -> !one.mayOverlap(range));
          return series;
        });
  }

  /** The longest time that a profile covers. */
  long longestMillis() {
    synchronized (lock) {
      StoredProfiles now = profiles;
      return now == null ? 0 : now.longestMillis();
    }
  }

  /** A profile, unless it is gone by now; throws as {@link #read}. */
  Optional<byte[]> profile(long key) throws IOException {
    return read(now -> Optional.ofNullable(now.file().profiles.get(key)));
  }

  /** Something that is done with the profiles while nobody else does. */
  interface Reading<T> {
    T of(StoredProfiles profiles) throws IOException;
  }

  /**
   * Reads from the file.
   *
   * @throws IOException when it is closed or fails
   */
  <T> T read(Reading<T> reading) throws IOException {
    synchronized (lock) {
      StoredProfiles now = profiles;
      if (now == null) {
        throw new IOException(
            closed ? "the store is closed" : "the store's file cannot be opened, see the log");
      }
      try {
        return reading.of(now);
      } catch (RuntimeException e) {
        fail(now, e);
        throw new IOException("the store's file cannot be read", e);
      }
    }
  }

  /** Writes what is not on disk yet and closes the file. */
  @Override
  public void close() {
    synchronized (lock) {
      closed = true;
      flush();
      StoredProfiles now = profiles;
      profiles = null;
      if (now != null) {
        close(now);
      }
      try {
        directory.close();
      } catch (IOException e) {
        log.debug("store: the lock stays until this process ends", e);
      }
    }
  }

  private void close(StoredProfiles now) {
    try {
      now.file().close();
    } catch (RuntimeException e) {
      log.warn("store: closing {} failed: {}", ProfileFile.in(config.dir()), ProfileFile.words(e));
    }
  }
}
