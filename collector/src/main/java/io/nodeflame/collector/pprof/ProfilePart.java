package io.nodeflame.collector.pprof;

import io.nodeflame.collector.profile.EncodedProfile;
import io.nodeflame.collector.profile.ProfileFrame;
import io.nodeflame.collector.profile.ProfileType;
import io.nodeflame.collector.profile.StackProfile;
import io.nodeflame.collector.proto.pprof.Label;
import io.nodeflame.collector.proto.pprof.Profile;
import io.nodeflame.collector.proto.pprof.Sample;
import io.nodeflame.collector.proto.pprof.ValueType;
import java.time.Instant;
import java.util.Arrays;

/** One pprof message in the making: stacks are appended until a limit is reached. */
final class ProfilePart implements AutoCloseable {
  /** Room for the fields of the profile itself: five numbers and two value types. */
  private static final int HEADER_BYTES = 128;

  private static final int RETAINED_FRAMES = 16 * 1024;

  private final PprofLimits limits;
  private final FrameTables tables;
  private final GzipBuffer gzip = new GzipBuffer();
  private final WireBuffer samples = new WireBuffer();
  private final WireBuffer section = new WireBuffer();
  private final WireBuffer ids = new WireBuffer();
  private final WireBuffer labels = new WireBuffer(); // of every sample, encoded; mostly none
  // Location id by frame index of the profile, 0 for not yet: most frames are looked up only here.
  private int[] locationIds = new int[256];
  private int stacks;
  private long sampleCount;

  ProfilePart(PprofLimits limits) {
    this.limits = limits;
    this.tables = new FrameTables(limits.maxStringBytes());
  }

  @Override
  public void close() {
    gzip.close();
  }

  /** Starts an empty part for stacks of this profile. */
  void begin(StackProfile profile) {
    clear();
    forgetLocations(profile);
    ProfileType type = profile.type();
    tables.string(type.sampleType());
    tables.string(type.sampleUnit());
    tables.string(type.periodType());
    tables.string(type.periodUnit());
  }

  /** Goes on with stacks of this profile, whose samples get its labels. */
  void goOnWith(StackProfile profile) {
    forgetLocations(profile);
    labels.truncate(0);
    profile.labels().asMap().forEach(this::label);
  }

  private void label(String name, String value) {
    int key = tables.string(name);
    int text = tables.string(value);
    labels.header(
        Sample.LABEL_FIELD_NUMBER, 2 + WireBuffer.varintBytes(key) + WireBuffer.varintBytes(text));
    labels.number(Label.KEY_FIELD_NUMBER, key);
    labels.number(Label.STR_FIELD_NUMBER, text);
  }

  private void forgetLocations(StackProfile profile) {
    int frames = profile.frames().size();
    if (locationIds.length < frames) {
      locationIds = new int[Math.max(frames, locationIds.length * 2)];
    } else {
      Arrays.fill(locationIds, 0, frames, 0);
    }
  }

  /** Empties the part and gives back the memory that only an unusual profile needs. */
  void clear() {
    tables.clear();
    samples.clearAndTrim();
    section.clearAndTrim();
    ids.clearAndTrim();
    labels.clearAndTrim();
    stacks = 0;
    sampleCount = 0;
    if (locationIds.length > RETAINED_FRAMES) {
      locationIds = new int[256];
    }
  }

  boolean isEmpty() {
    return stacks == 0;
  }

  /** Makes this frame's mapping the first one: pprof takes it for the main program. */
  void mainMapping(ProfileFrame frame) {
    tables.mark();
    tables.mapping(frame);
    if (encodedBytes() > limits.maxUncompressedBytes() / 2) {
      tables.rollBack();
    }
  }

  /** Makes the first mapping one without a file: pprof takes no file for the main program. */
  void noMainMapping() {
    tables.mappingWithoutFile();
  }

  /**
   * Appends a stack, with at most so many frames.
   *
   * @return false when it does not fit: the part is then unchanged
   */
  boolean append(StackProfile profile, int stack, long value, int maxFrames) {
    if (stacks == limits.maxSamples()) {
      return false;
    }
    tables.mark();
    int samplesBefore = samples.length();
    writeIds(profile, stack, maxFrames);
    int valueBytes = WireBuffer.varintBytes(value);
    int idsBytes = ids.length();
    samples.header(
        Profile.SAMPLE_FIELD_NUMBER,
        1 + WireBuffer.varintBytes(idsBytes) + idsBytes + 2 + valueBytes + labels.length());
    samples.header(Sample.LOCATION_ID_FIELD_NUMBER, idsBytes);
    samples.raw(ids.bytes(), 0, idsBytes);
    samples.header(Sample.VALUE_FIELD_NUMBER, valueBytes);
    samples.varint(value);
    samples.raw(labels.bytes(), 0, labels.length());
    if (encodedBytes() > limits.maxUncompressedBytes()) {
      samples.truncate(samplesBefore);
      rollBack(profile, stack);
      return false;
    }
    stacks++;
    sampleCount += profile.sampleCount(stack);
    return true;
  }

  EncodedProfile encode(StackProfile profile, Instant time) {
    section.truncate(0);
    writeHeader(profile, time);
    int uncompressedBytes = section.length() + samples.length() + tables.encodedBytes();
    gzip.begin();
    gzip.add(section);
    gzip.add(samples);
    tables.writeTo(section, gzip);
    return new EncodedProfile(
        profile.type(), profile.labels(), time, gzip.finish(), uncompressedBytes, sampleCount);
  }

  private int encodedBytes() {
    return HEADER_BYTES + samples.length() + tables.encodedBytes();
  }

  private void writeIds(StackProfile profile, int stack, int maxFrames) {
    ids.truncate(0);
    int depth = profile.depth(stack);
    if (depth == 0) {
      ids.varint(tables.location(PprofEncoder.NO_FRAMES));
      return;
    }
    int leafEnd = depth;
    int rootStart = depth;
    if (depth > maxFrames) {
      // Both ends stay: the root keeps the stack in its place, the leaf says what ran.
      leafEnd = maxFrames / 2;
      rootStart = depth - (maxFrames - 1 - leafEnd);
    }
    writeIds(profile, stack, 0, leafEnd);
    if (leafEnd < rootStart) {
      ids.varint(tables.location(PprofEncoder.FRAMES_OMITTED));
    }
    writeIds(profile, stack, rootStart, depth);
  }

  private void writeIds(StackProfile profile, int stack, int from, int to) {
    for (int i = from; i < to; i++) {
      int frame = profile.frameIndex(stack, i);
      int id = locationIds[frame];
      if (id == 0) {
        id = tables.location(profile.frames().get(frame));
        locationIds[frame] = id;
      }
      ids.varint(id);
    }
  }

  private void rollBack(StackProfile profile, int stack) {
    int lastLocation = tables.rollBack();
    for (int i = 0; i < profile.depth(stack); i++) {
      int frame = profile.frameIndex(stack, i);
      if (locationIds[frame] > lastLocation) {
        locationIds[frame] = 0;
      }
    }
  }

  private void writeHeader(StackProfile profile, Instant time) {
    ProfileType type = profile.type();
    valueType(Profile.SAMPLE_TYPE_FIELD_NUMBER, type.sampleType(), type.sampleUnit());
    section.number(Profile.TIME_NANOS_FIELD_NUMBER, nanos(time));
    section.number(Profile.DURATION_NANOS_FIELD_NUMBER, profile.duration().toNanos());
    valueType(Profile.PERIOD_TYPE_FIELD_NUMBER, type.periodType(), type.periodUnit());
    section.number(Profile.PERIOD_FIELD_NUMBER, profile.periodNanos());
  }

  private void valueType(int field, String type, String unit) {
    int typeIndex = tables.string(type);
    int unitIndex = tables.string(unit);
    section.header(
        field, 2 + WireBuffer.varintBytes(typeIndex) + WireBuffer.varintBytes(unitIndex));
    section.number(ValueType.TYPE_FIELD_NUMBER, typeIndex);
    section.number(ValueType.UNIT_FIELD_NUMBER, unitIndex);
  }

  private static long nanos(Instant time) {
    return time.getEpochSecond() * 1_000_000_000L + time.getNano();
  }
}
