package io.nodeflame.collector.delivery;

import io.nodeflame.collector.pprof.ProfileClock;
import io.nodeflame.collector.pprof.ProfileSplitter;
import io.nodeflame.collector.profile.EncodedProfile;
import io.nodeflame.collector.profile.ProfileSink;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;

/**
 * Profiles on their way to one endpoint: a queue bounded in bytes and age, oldest first, and a few
 * threads that push. Each profile it was given ends as delivered or dropped with a reason, or still
 * waits; {@link #snapshot} always adds up.
 *
 * <p>Threads are started when something waits and end when nothing does. While an endpoint fails,
 * one push at a time asks whether it is back, at most 30 s apart; then everything that waited is
 * due at once. While the server limits a tenant, the same goes for that tenant alone.
 */
public final class EndpointQueue implements ProfileSink, AutoCloseable {
  private static final Duration DEFAULT_DEADLINE = Duration.ofSeconds(5);
  private static final long LONGEST_PAUSE_NANOS = TimeUnit.SECONDS.toNanos(30);
  private static final long BEHIND_NANOS = TimeUnit.SECONDS.toNanos(5);
  private static final long IDLE_NANOS = TimeUnit.SECONDS.toNanos(1);
  private static final long LONGEST_WAIT_NANOS = TimeUnit.SECONDS.toNanos(10);
  private static final long QUOTA_PROBE_NANOS = TimeUnit.MINUTES.toNanos(5);
  private static final long ABORT_GRACE_NANOS = TimeUnit.SECONDS.toNanos(1);
  private static final long STACK_BYTES = 256 * 1024;

  private final String name;
  private final ProfilePush push;
  private final QueueSettings settings;
  private final PushRules rules;
  private final Tenants tenants;
  private final SeriesGuard guard;
  private final PushAttempts attempts;
  private final InstantSource wallClock;
  private final ErrorLog log;

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  // All below is guarded by the lock.
  private final WaitingProfiles waiting = new WaitingProfiles();
  private final Set<WaitingProfile> running = new HashSet<>();
  private final Set<Thread> workers = new HashSet<>();
  private final DeliveryLedger ledger = new DeliveryLedger();
  private final TenantLimits tenantLimits = new TenantLimits();
  private long runningBytes;
  private long nextSequence;
  private int failuresInARow;
  private long pausedUntilNanos = System.nanoTime();
  private long lastAgeCheckNanos = System.nanoTime() - IDLE_NANOS;
  private boolean closing;
  private boolean stopped;

  /** As the other one, without tenants. */
  public EndpointQueue(
      String name,
      ProfilePush push,
      QueueSettings settings,
      ProfileClock clock,
      InstantSource wallClock) {
    this(name, push, settings, Tenants.NONE, clock, wallClock);
  }

  /**
   * A queue before a push.
   *
   * @param tenants the push's
   * @param clock the one that gave the profiles their times: parts of a split need new ones
   */
  EndpointQueue(
      String name,
      ProfilePush push,
      QueueSettings settings,
      Tenants tenants,
      ProfileClock clock,
      InstantSource wallClock) {
    this.name = name;
    this.push = push;
    this.settings = settings;
    this.rules = new PushRules(settings.limits());
    this.tenants = tenants;
    this.attempts =
        new PushAttempts(
            push, rules, new ProfileSplitter(clock), () -> snapshot().delivered().profiles());
    this.wallClock = wallClock;
    this.log = new ErrorLog(LoggerFactory.getLogger(EndpointQueue.class), name, System::nanoTime);
    this.guard = new SeriesGuard(settings.limits(), tenants.label(), log, System::nanoTime);
  }

  /** A queue that pushes to a Pyroscope. Nothing is connected yet. */
  public static EndpointQueue to(EndpointSettings endpoint, ProfileClock clock) {
    InstantSource wallClock = InstantSource.system();
    PyroscopePush push = new PyroscopePush(endpoint, wallClock);
    return new EndpointQueue(
        endpoint.name(), push, endpoint.queue(), endpoint.request().tenants(), clock, wallClock);
  }

  /** From now on the bound of series costs no profile these labels, which all series have. */
  public void keepLabels(Set<String> names) {
    guard.keep(names);
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public void accept(EncodedProfile whole) {
    Optional<String> tenant = tenants.of(whole.labels());
    EncodedProfile profile = tenant.isPresent() ? guard.fit(whole) : whole;
    Optional<PushResult> refusal = rules.refusal(profile, wallClock.instant());
    lock.lock();
    try {
      ledger.accepted(profile);
      if (closing) {
        ledger.dropped(profile, DropReason.SHUTDOWN);
      } else if (tenant.isEmpty()) {
        drop(profile, DropReason.NO_TENANT, "label " + tenants.label() + " names no tenant");
      } else if (refusal.isPresent()) {
        drop(profile, refusal.get().reason(), refusal.get().detail());
      } else if (tenantLimits.isUsedUp(tenant.get(), System.nanoTime())) {
        ledger.dropped(profile, DropReason.INGEST_LIMIT_REACHED);
      } else {
        enqueue(tenant.get(), profile);
        startWorkers();
        changed.signal();
      }
    } finally {
      lock.unlock();
    }
    if (push.hasOverdue()) {
      // Closing a stalled connection may itself block: not on the caller's time.
      thread("delivery-" + name + "-abort", () -> push.abort(false)).start();
    }
  }

  /** The accounts at this moment. */
  public DeliveryAccounts snapshot() {
    lock.lock();
    try {
      return ledger.snapshot(running.size());
    } finally {
      lock.unlock();
    }
  }

  /** What the bound of series did so far. */
  public SeriesAccounts series() {
    return guard.snapshot();
  }

  /** As {@link #close(Duration)} with 5 s. */
  @Override
  public void close() {
    close(DEFAULT_DEADLINE);
  }

  /**
   * Delivers what waits, and then ends. What is not delivered by the deadline, or when the calling
   * thread is interrupted, is dropped. The second call does nothing.
   */
  public void close(Duration deadline) {
    long endNanos = System.nanoTime() + deadline.toNanos();
    lock.lock();
    try {
      if (closing) {
        return;
      }
      closing = true;
      pausedUntilNanos = System.nanoTime();
      tenantLimits.clear();
      waiting.makeDue(System.nanoTime());
      startWorkers();
      changed.signalAll();
      awaitUntil(endNanos, true);
      stopped = true;
      changed.signalAll();
      dropAllWaiting();
    } finally {
      lock.unlock();
    }
    push.abort(true);
    lock.lock();
    try {
      awaitUntil(System.nanoTime() + ABORT_GRACE_NANOS, false);
      for (WaitingProfile lost : running) {
        ledger.dropped(lost.profile, DropReason.SHUTDOWN);
      }
      running.clear();
      for (Thread worker : workers) {
        worker.interrupt();
      }
    } finally {
      lock.unlock();
    }
  }

  private void awaitUntil(long endNanos, boolean alsoWaiting) {
    try {
      long left = endNanos - System.nanoTime();
      while (left > 0 && (!running.isEmpty() || (alsoWaiting && !waiting.isEmpty()))) {
        changed.awaitNanos(left);
        left = endNanos - System.nanoTime();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void dropAllWaiting() {
    WaitingProfile lost = waiting.pollOldest();
    while (lost != null) {
      drop(lost.profile, DropReason.SHUTDOWN, "not delivered before the end");
      lost = waiting.pollOldest();
    }
  }

  private void enqueue(String tenant, EncodedProfile profile) {
    long bytes = WaitingProfile.heldBytes(profile);
    while (waiting.heldBytes() + runningBytes + bytes > settings.maxBytes()) {
      WaitingProfile oldest = waiting.pollOldest();
      if (oldest == null) {
        drop(profile, DropReason.QUEUE_FULL, "more than " + settings.maxBytes() + " bytes wait");
        return;
      }
      drop(
          oldest.profile,
          DropReason.QUEUE_FULL,
          "more than " + settings.maxBytes() + " bytes wait");
    }
    waiting.add(new WaitingProfile(nextSequence++, tenant, profile, System.nanoTime()));
  }

  private void drop(EncodedProfile profile, DropReason reason, String detail) {
    ledger.dropped(profile, reason);
    log.warn(
        "dropped, " + reason.label(),
        detail
            + ", so a profile of "
            + profile.labels().serviceName()
            + ofTenant(tenants.of(profile.labels()).orElse(""))
            + " is missing there: "
            + reason.advice());
  }

  /** For the log; empty where there is one tenant only. */
  private String ofTenant(String tenant) {
    return tenants.areByLabel() && !tenant.isEmpty() ? " of tenant " + tenant : "";
  }

  /** As many threads as there is work for: each that takes a profile looks for the next. */
  private void startWorkers() {
    boolean more = !waiting.isEmpty() && workers.size() <= running.size();
    if (more && !stopped && workers.size() < allowedPushes()) {
      Thread worker = thread("delivery-" + name, this::work);
      workers.add(worker);
      try {
        worker.start();
      } catch (OutOfMemoryError e) {
        // The system gives no more threads: those that run will do, or the next profile's try.
        workers.remove(worker);
        log.warn(
            "no thread to push with",
            e.getMessage() + ", so profiles arrive later: raise the limit of processes (pids)");
      }
    }
  }

  private int allowedPushes() {
    if (failuresInARow > 0) {
      return 1;
    }
    WaitingProfile oldest = waiting.oldest();
    boolean behind = oldest != null && System.nanoTime() - oldest.sinceNanos > BEHIND_NANOS;
    return behind || closing ? settings.catchUpPushes() : settings.concurrentPushes();
  }

  private void work() {
    try {
      WaitingProfile next = take();
      while (next != null) {
        PushAttempts.Attempt attempt = PushAttempts.FAILED;
        try {
          attempt = attempts.of(next);
        } finally {
          settle(next, attempt.result(), attempt.parts());
        }
        next = take();
      }
    } finally {
      lock.lock();
      try {
        workers.remove(Thread.currentThread());
      } finally {
        lock.unlock();
      }
    }
  }

  /** The next profile to push; null when this thread is not needed any more. */
  private @Nullable WaitingProfile take() {
    lock.lock();
    try {
      long idleUntil = System.nanoTime() + IDLE_NANOS;
      while (!stopped) {
        long now = System.nanoTime();
        dropTooOld(now);
        WaitingProfile next = isOpen(now) ? waiting.pollDue(w -> nanosUntilDue(w, now)) : null;
        if (next != null) {
          running.add(next);
          runningBytes += next.heldBytes();
          ledger.attempted();
          startWorkers();
          return next;
        }
        // Nothing to do now. One thread stays while something waits.
        boolean last = !waiting.isEmpty() && workers.size() == 1;
        if (!last && idleUntil - now <= 0) {
          break;
        }
        long wait = last ? LONGEST_WAIT_NANOS : idleUntil - now;
        changed.awaitNanos(Math.min(wait, nanosUntilWork(now)));
      }
      // Under the same lock as the decision: nobody may count on this thread any more.
      workers.remove(Thread.currentThread());
      return null;
    } catch (InterruptedException e) {
      // Only close() interrupts, and it has settled the accounts.
      return null;
    } finally {
      lock.unlock();
    }
  }

  private boolean isOpen(long now) {
    return running.size() < allowedPushes() && pausedUntilNanos - now <= 0;
  }

  private long nanosUntilWork(long now) {
    if (running.size() >= allowedPushes()) {
      return LONGEST_WAIT_NANOS; // A push that ends will signal.
    }
    long due = waiting.nanosUntilDue(w -> nanosUntilDue(w, now));
    long wait = Math.max(pausedUntilNanos - now, due);
    return Math.max(wait, TimeUnit.MILLISECONDS.toNanos(1));
  }

  /** Of a tenant that the server limits, one push at a time asks. */
  private long nanosUntilDue(WaitingProfile next, long now) {
    long own = next.dueNanos - now;
    if (tenantLimits.inARow(next.tenant) == 0) {
      return own;
    }
    for (WaitingProfile other : running) {
      if (other.tenant.equals(next.tenant)) {
        return LONGEST_WAIT_NANOS; // When it ends, it will signal.
      }
    }
    return Math.max(own, tenantLimits.nanosUntilOpen(next.tenant, now));
  }

  private void dropTooOld(long now) {
    if (now - lastAgeCheckNanos < IDLE_NANOS) {
      return;
    }
    lastAgeCheckNanos = now;
    tenantLimits.expire(now);
    Instant oldestTime = wallClock.instant().minus(settings.maxAge());
    WaitingProfile old = waiting.pollOlderThan(oldestTime);
    while (old != null) {
      drop(
          old.profile,
          DropReason.NOT_IN_INGESTION_WINDOW,
          "not delivered within " + settings.maxAge().toMinutes() + " min");
      old = waiting.pollOlderThan(oldestTime);
      changed.signalAll(); // close() may wait for nothing to wait.
    }
  }

  private void settle(WaitingProfile done, PushResult result, List<EncodedProfile> parts) {
    lock.lock();
    try {
      runningBytes -= done.heldBytes();
      if (!running.remove(done)) {
        return; // close() has counted it as dropped.
      }
      switch (result.outcome()) {
        case DELIVERED -> {
          ledger.delivered(done.profile);
          tenantLimits.pass(done.tenant);
          recovered();
        }
        case RETRY -> retry(done, result);
        case SPLIT -> split(done, result, parts);
        case DROP -> {
          drop(done.profile, result.reason(), result.detail());
          recovered(); // It answered.
          if (result.reason() == DropReason.INGEST_LIMIT_REACHED) {
            long nanos = Math.min(result.retryAfter().toNanos(), QUOTA_PROBE_NANOS);
            tenantLimits.useUp(done.tenant, System.nanoTime() + nanos);
          } else {
            tenantLimits.pass(done.tenant);
          }
        }
      }
      startWorkers();
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  private void retry(WaitingProfile failed, PushResult result) {
    ledger.retried();
    log.warn(
        "push failed, tried again later",
        firstWord(result.detail()),
        result.detail()
            + ", so profiles"
            + ofTenant(failed.tenant)
            + " wait in memory for "
            + settings.maxAge().toMinutes()
            + " min at most: nodeflame doctor asks the server, too");
    if (stopped) {
      ledger.dropped(failed.profile, DropReason.SHUTDOWN);
      return;
    }
    ThreadLocalRandom random = ThreadLocalRandom.current();
    long now = System.nanoTime();
    failed.failures++;
    failed.rateLimited = result.reason() == DropReason.RATE_LIMITED;
    failed.dueNanos = now + settings.retry().delayNanos(failed.failures, random);
    if (failed.rateLimited) {
      recovered(); // It answered: the others need not wait.
      int inARow = tenantLimits.inARow(failed.tenant) + 1;
      tenantLimits.limit(failed.tenant, now + pauseNanos(inARow, result, random));
    } else {
      failuresInARow++;
      pausedUntilNanos = now + pauseNanos(failuresInARow, result, random);
    }
    waiting.add(failed);
  }

  private long pauseNanos(int failures, PushResult result, RandomGenerator random) {
    long pause = settings.retry().delayNanos(failures, random);
    return Math.max(result.retryAfter().toNanos(), Math.min(pause, LONGEST_PAUSE_NANOS));
  }

  /** The status or the kind of exception: what tells failures apart. */
  private static String firstWord(String detail) {
    int end = detail.indexOf(' ');
    return end < 0 ? detail : detail.substring(0, end);
  }

  private void split(WaitingProfile whole, PushResult result, List<EncodedProfile> parts) {
    if (parts.size() < 2) {
      drop(whole.profile, result.reason(), result.detail());
      return;
    }
    ledger.split(whole.profile, parts);
    for (EncodedProfile part : new ArrayList<>(parts)) {
      if (stopped) {
        ledger.dropped(part, DropReason.SHUTDOWN);
      } else {
        enqueue(whole.tenant, part);
      }
    }
  }

  private void recovered() {
    if (failuresInARow > 0) {
      failuresInARow = 0;
      pausedUntilNanos = System.nanoTime();
      waiting.makeDue(System.nanoTime());
    }
  }

  private static Thread thread(String name, Runnable work) {
    Thread thread = new Thread(null, work, name, STACK_BYTES);
    thread.setDaemon(true);
    return thread;
  }
}
