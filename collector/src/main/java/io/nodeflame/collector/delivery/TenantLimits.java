package io.nodeflame.collector.delivery;

import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * The tenants that the server limits: each is left alone for a while, and the others go on. Guarded
 * by the queue's lock.
 */
final class TenantLimits {
  private static final long FORGOTTEN_AFTER_NANOS = TimeUnit.MINUTES.toNanos(5);

  /** Tenants are values of labels, so their number has no bound of its own. */
  private static final int MAX_TENANTS = 4096;

  private final Map<String, Limit> limits = new HashMap<>();

  private static final class Limit {
    int inARow;
    long untilNanos;
    boolean isQuota;
  }

  /** The next push of the tenant may begin at that time. */
  void limit(String tenant, long untilNanos) {
    Limit limit = limit(tenant);
    limit.inARow++;
    limit.untilNanos = untilNanos;
    limit.isQuota = false;
  }

  /** Its quota is used up: nothing new of the tenant need be kept until then. */
  void useUp(String tenant, long untilNanos) {
    Limit limit = limit(tenant);
    limit.inARow = 0;
    limit.untilNanos = untilNanos;
    limit.isQuota = true;
  }

  private Limit limit(String tenant) {
    if (limits.size() >= MAX_TENANTS && !limits.containsKey(tenant)) {
      limits.clear(); // the server will say it again
    }
    return limits.computeIfAbsent(tenant, key -> new Limit());
  }

  /** The server took something of it. */
  void pass(String tenant) {
    limits.remove(tenant);
  }

  void clear() {
    limits.clear();
  }

  /** Limits in a row, 0 when the server does not limit it. */
  int inARow(String tenant) {
    Limit limit = limits.get(tenant);
    return limit == null ? 0 : limit.inARow;
  }

  boolean isUsedUp(String tenant, long now) {
    Limit limit = limits.get(tenant);
    return limit != null && limit.isQuota && limit.untilNanos - now > 0;
  }

  /** How long until its next push may begin; 0 or less when it may. */
  long nanosUntilOpen(String tenant, long now) {
    Limit limit = limits.isEmpty() ? null : limits.get(tenant);
    return limit == null || limit.isQuota ? 0 : limit.untilNanos - now;
  }

  /** Forgets those that have not been asked for long: nothing of them waits any more. */
  void expire(long now) {
    limits.values().removeIf(limit -> now - limit.untilNanos > FORGOTTEN_AFTER_NANOS);
  }
}
