package io.nodeflame.collector.store;

import io.nodeflame.collector.profile.EncodedProfile;
import io.nodeflame.collector.profile.ProfileType;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.SortedMap;
import java.util.TreeMap;

/** One series of the store: its profile type and labels, with the labels that Pyroscope adds. */
final class StoredSeries {
  static final String PROFILE_TYPE = "__profile_type__";
  private static final int MAX_LABELS = 64;

  private final SortedMap<String, String> labels;
  // Guarded by the store's lock.
  long profiles;
  long newestNanos = Long.MIN_VALUE;
  long oldestNanos = Long.MAX_VALUE;

  private StoredSeries(SortedMap<String, String> labels) {
    this.labels = labels;
  }

  static StoredSeries of(EncodedProfile profile) {
    ProfileType type = profile.type();
    SortedMap<String, String> labels = new TreeMap<>(profile.labels().asMap());
    labels.put("__name__", type.profileName());
    labels.put("__type__", type.sampleType());
    labels.put("__unit__", type.sampleUnit());
    labels.put("__period_type__", type.periodType());
    labels.put("__period_unit__", type.periodUnit());
    labels.put(PROFILE_TYPE, type.id());
    return new StoredSeries(labels);
  }

  static StoredSeries decode(byte[] bytes) throws IOException {
    DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes));
    int count = in.readUnsignedByte();
    if (count > MAX_LABELS) {
      throw new IOException("a stored series has " + count + " labels");
    }
    SortedMap<String, String> labels = new TreeMap<>();
    for (int i = 0; i < count; i++) {
      labels.put(in.readUTF(), in.readUTF());
    }
    return new StoredSeries(labels);
  }

  byte[] encode() {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (DataOutputStream out = new DataOutputStream(bytes)) {
      out.writeByte(labels.size());
      for (var label : labels.entrySet()) {
        out.writeUTF(label.getKey());
        out.writeUTF(label.getValue());
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }

  void count(long timeNanos) {
    profiles++;
    newestNanos = Math.max(newestNanos, timeNanos);
    oldestNanos = Math.min(oldestNanos, timeNanos);
  }

  /** Whether it may have profiles in a range: what was dropped still counts as its oldest. */
  boolean mayOverlap(TimeRange range) {
    return newestNanos / 1_000_000 >= range.fromMillis()
        && oldestNanos / 1_000_000 <= range.untilMillis();
  }

  boolean fits() {
    if (labels.size() > MAX_LABELS) {
      return false;
    }
    for (var label : labels.entrySet()) {
      // The bounds of Pyroscope: pyroscope.md 4.
      if (label.getKey().length() > 1024 || label.getValue().length() > 2048) {
        return false;
      }
    }
    return true;
  }

  SortedMap<String, String> labels() {
    return labels;
  }

  String typeId() {
    return labels.getOrDefault(PROFILE_TYPE, "");
  }
}
