package io.nodeflame.discovery.host;

import java.time.Duration;

/**
 * How long a resolution holds.
 *
 * @param nanos since it was made
 * @param podsVersion of what is known of pods; {@link #NO_POD} when it does not depend on pods
 */
record Validity(long nanos, long podsVersion) {
  private static final long NO_POD = Long.MIN_VALUE;

  static final Validity ALWAYS = new Validity(Long.MAX_VALUE, NO_POD);

  static Validity of(Duration time) {
    return new Validity(time.toNanos(), NO_POD);
  }

  static Validity whilePodsAre(long version) {
    return new Validity(Long.MAX_VALUE, version);
  }

  boolean holds(long age, long currentPodsVersion) {
    return age < nanos && (podsVersion == NO_POD || podsVersion == currentPodsVersion);
  }
}
