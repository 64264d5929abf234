package io.nodeflame.collector.delivery;

import io.nodeflame.collector.profile.EncodedProfile;

/** A profile on its way, and what happened to it so far. Guarded by the queue's lock. */
final class WaitingProfile {
  /** What an entry costs besides its bytes: objects and labels, roughly. */
  private static final int OVERHEAD_BYTES = 600;

  final long sequence;
  final String tenant;
  final EncodedProfile profile;
  final long sinceNanos;
  long dueNanos;
  int failures;
  int rateLimits;
  int suspicions;
  int evidence;
  long deliveredBefore;
  boolean rateLimited;

  /**
   * @param tenant empty where the server has one only
   */
  WaitingProfile(long sequence, String tenant, EncodedProfile profile, long nowNanos) {
    this.sequence = sequence;
    this.tenant = tenant;
    this.profile = profile;
    this.sinceNanos = nowNanos;
    this.dueNanos = nowNanos;
  }

  long heldBytes() {
    return heldBytes(profile);
  }

  static long heldBytes(EncodedProfile profile) {
    return profile.gzippedPprof().length + (long) OVERHEAD_BYTES;
  }
}
