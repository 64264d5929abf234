package io.nodeflame.collector.pprof;

import io.nodeflame.collector.profile.EncodedProfile;
import io.nodeflame.collector.profile.ProfileFrame;
import io.nodeflame.collector.profile.StackProfile;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Turns counted stacks into gzipped pprof messages.
 *
 * <p>One sample type, in nanoseconds; the time is the end of the window. Equal frames share a
 * location and equal names share a string, so that a sample costs a few bytes. Every location has
 * lines, innermost inlined function first. A location's address is 0: names are final. The kind of
 * a frame is in the file name of its mapping: {@code [kernel]}, {@code /usr/bin/app [go]}, and
 * nothing added for native code.
 *
 * <p>What a server would refuse or lose is avoided here: a profile with too many stacks or bytes
 * becomes several, each with a time of its own; a stack that is too deep, or too large alone, loses
 * frames in its middle and gains the frame {@code [frames omitted]}; names are cut and made valid
 * UTF-8. No sample is lost. A stack that counts nothing (no samples, no value) is left out.
 *
 * <p>The fields are written straight into reused arrays. For 20,000 stacks of 25 frames the
 * generated builders allocate 16 MB before strings and gzip, this encoder 3.5 MB with them ({@code
 * PprofAllocationTest}); the daemon's whole heap is 48 MB.
 *
 * <p>For one thread at a time.
 */
public final class PprofEncoder implements AutoCloseable {
  /** Stands where frames of a stack that was too large are missing. */
  public static final ProfileFrame FRAMES_OMITTED = marker("[frames omitted]");

  /** The only frame of a stack that has none. */
  public static final ProfileFrame NO_FRAMES = marker("[no frames]");

  private final PprofLimits limits;
  private final ProfileClock clock;
  private final ProfilePart part;

  public PprofEncoder(PprofLimits limits, ProfileClock clock) {
    this.limits = limits;
    this.clock = clock;
    this.part = new ProfilePart(limits);
  }

  /**
   * Encodes a profile.
   *
   * @return one part, or more where limits ask for it; none when nothing was counted
   */
  public List<EncodedProfile> encode(StackProfile profile) {
    List<EncodedProfile> parts = new ArrayList<>(1);
    begin(profile);
    for (int stack = 0; stack < profile.stackCount(); stack++) {
      long value = value(profile, stack);
      if (value > 0 && !part.append(profile, stack, value, limits.maxFrames())) {
        finish(profile, parts);
        begin(profile);
        appendAlone(profile, stack, value);
      }
    }
    finish(profile, parts);
    part.clear();
    return parts;
  }

  /**
   * Encodes the profiles of several targets as one message. Each sample has the labels of its
   * target; everything else about the message is the first profile's.
   *
   * @param profiles at least one
   * @param program a frame of the program that all of it is about; empty: the message names none
   * @return empty when nothing was counted
   * @throws IOException when it is too large for one message
   */
  public Optional<EncodedProfile> encodeTogether(
      List<StackProfile> profiles, Optional<ProfileFrame> program) throws IOException {
    StackProfile about = profiles.get(0);
    part.begin(about);
    program.ifPresentOrElse(part::mainMapping, part::noMainMapping);
    for (StackProfile profile : profiles) {
      part.goOnWith(profile);
      for (int stack = 0; stack < profile.stackCount(); stack++) {
        long value = value(profile, stack);
        if (value > 0 && !part.append(profile, stack, value, limits.maxFrames())) {
          throw new IOException("too many stacks for one file");
        }
      }
    }
    List<EncodedProfile> parts = new ArrayList<>(1);
    finish(about, parts);
    part.clear();
    return parts.stream().findFirst();
  }

  @Override
  public void close() {
    part.close();
  }

  /** To an empty part: with fewer and fewer frames until the stack fits. */
  private void appendAlone(StackProfile profile, int stack, long value) {
    int maxFrames = limits.maxFrames();
    while (!part.append(profile, stack, value, maxFrames)) {
      maxFrames = Math.min(maxFrames, profile.depth(stack)) / 2;
    }
  }

  private void begin(StackProfile profile) {
    part.begin(profile);
    MainProgram.first(profile.frames()).ifPresent(part::mainMapping);
  }

  private void finish(StackProfile profile, List<EncodedProfile> parts) {
    if (!part.isEmpty()) {
      Instant end = profile.start().plus(profile.duration());
      parts.add(part.encode(profile, clock.next(end)));
    }
  }

  /** Servers drop values that are not positive: a counted stack gets its samples' worth. */
  private static long value(StackProfile profile, int stack) {
    long value = profile.value(stack);
    if (value > 0 || profile.sampleCount(stack) <= 0) {
      return value;
    }
    return Math.max(1, profile.sampleCount(stack) * profile.periodNanos());
  }

  private static ProfileFrame marker(String name) {
    return new ProfileFrame("marker", "", "", List.of(new ProfileFrame.Line(name, "", 0)));
  }
}
