package io.nodeflame.collector.delivery;

import io.nodeflame.collector.pprof.PprofReader;
import io.nodeflame.collector.pprof.ProfileSplitter;
import io.nodeflame.collector.profile.EncodedProfile;
import io.nodeflame.symbolizer.bytes.MalformedException;
import java.util.List;
import java.util.function.LongSupplier;

/**
 * Pushes one profile and says what the answer means for it, which may take more than one answer to
 * tell. Several threads may, each with a profile of its own.
 */
final class PushAttempts {
  private static final int MAX_RATE_LIMITS = 10;
  private static final int SUSPICIONS_TO_CHECK = 3;
  private static final int EVIDENCE_TO_BELIEVE = 10;

  /** When it could not even be tried. */
  static final Attempt FAILED =
      new Attempt(PushResult.drop(DropReason.INTERNAL, "push failed"), List.of());

  private final ProfilePush push;
  private final PushRules rules;
  private final ProfileSplitter splitter;
  private final LongSupplier deliveredProfiles;

  /**
   * What came of it.
   *
   * @param parts of the profile, where the result is to split it
   */
  record Attempt(PushResult result, List<EncodedProfile> parts) {}

  /**
   * @param deliveredProfiles how many the endpoint has taken so far, of all
   */
  PushAttempts(
      ProfilePush push, PushRules rules, ProfileSplitter splitter, LongSupplier deliveredProfiles) {
    this.push = push;
    this.rules = rules;
    this.splitter = splitter;
    this.deliveredProfiles = deliveredProfiles;
  }

  Attempt of(WaitingProfile next) {
    try {
      PushResult result = tryPush(next);
      boolean isSplit = result.outcome() == PushResult.Outcome.SPLIT;
      return new Attempt(result, isSplit ? splitter.split(next.profile) : List.of());
    } catch (RuntimeException | MalformedException e) {
      return new Attempt(PushResult.drop(DropReason.INTERNAL, e.toString()), List.of());
    }
  }

  private PushResult tryPush(WaitingProfile next) {
    if (rules.isTooLarge(next.profile)) {
      return PushResult.split(DropReason.PROFILE_SIZE_LIMIT, "larger than the server takes");
    }
    PushResult result = push.push(next.profile);
    if (result.outcome() != PushResult.Outcome.RETRY) {
      return result;
    }
    if (result.reason() == DropReason.MALFORMED_PROFILE && isPoison(next)) {
      return PushResult.drop(DropReason.MALFORMED_PROFILE, result.detail());
    }
    if (result.reason() == DropReason.RATE_LIMITED && ++next.rateLimits >= MAX_RATE_LIMITS) {
      // Smaller parts pass a limiter that the whole may never pass.
      return PushResult.split(DropReason.RATE_LIMITED, result.detail());
    }
    return result;
  }

  /**
   * The server gives the same answer when its storage is away and when it cannot read a profile.
   * The latter is so when we cannot read it either, or when others pass meanwhile, again and again.
   */
  private boolean isPoison(WaitingProfile next) {
    long delivered = deliveredProfiles.getAsLong();
    next.suspicions++;
    if (next.suspicions == SUSPICIONS_TO_CHECK) {
      try {
        new PprofReader(PprofReader.Bounds.FILE).read(next.profile.gzippedPprof());
      } catch (MalformedException e) {
        return true;
      }
    }
    if (next.suspicions > 1 && delivered > next.deliveredBefore) {
      next.evidence++;
    }
    next.deliveredBefore = delivered;
    return next.evidence >= EVIDENCE_TO_BELIEVE;
  }
}
