package io.nodeflame.symbolizer.process;

/**
 * What a file of a process must be to be opened. It must always be regular.
 *
 * @param maxBytes largest size
 * @param ownerUid user that must own it unless root does; {@link #ANY_OWNER} for everybody
 * @param notBeforeMillis earliest time of last modification, milliseconds since 1970
 * @param followLastLink whether the path may end in a symbolic link; links before its end are
 *     always followed, inside the root
 */
public record OpenPolicy(
    long maxBytes, int ownerUid, long notBeforeMillis, boolean followLastLink) {

  /** The one number that no user has: {@code (uid_t) -1}. */
  public static final int ANY_OWNER = -1;

  /** Every regular file of at most this size. */
  public static OpenPolicy atMost(long maxBytes) {
    return new OpenPolicy(maxBytes, ANY_OWNER, Long.MIN_VALUE, true);
  }

  public OpenPolicy ownedBy(int uid) {
    return new OpenPolicy(maxBytes, uid, notBeforeMillis, followLastLink);
  }

  public OpenPolicy notBefore(long millis) {
    return new OpenPolicy(maxBytes, ownerUid, millis, followLastLink);
  }

  public OpenPolicy withoutLastLink() {
    return new OpenPolicy(maxBytes, ownerUid, notBeforeMillis, false);
  }
}
