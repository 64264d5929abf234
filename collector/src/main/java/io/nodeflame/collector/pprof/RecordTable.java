package io.nodeflame.collector.pprof;

import java.util.Arrays;
import java.util.concurrent.ThreadLocalRandom;

/**
 * One table of a pprof message (mappings, locations, functions or strings): equal records are
 * stored once. Records are kept as their protobuf bytes, so that a profile of many thousand frames
 * is a few arrays and no objects.
 */
final class RecordTable {
  private static final int RETAINED_RECORDS = 16 * 1024;
  private static final int ID_FIELD = 1;

  private final int field;
  private final boolean withIds;
  private final WireBuffer bodies = new WireBuffer();
  // Names come from profiled programs: a random multiplier keeps them from choosing collisions.
  private final int multiplier = ThreadLocalRandom.current().nextInt() << 3 | 5;
  private int[] ends = new int[256];
  private int[] hashes = new int[256];
  // Index + 1 of a record, 0 for none. Open addressing, at most half full.
  private int[] slots = new int[512];
  private int count;
  private int encodedBytes;

  private RecordTable(int field, boolean withIds) {
    this.field = field;
    this.withIds = withIds;
  }

  /** A table whose records are messages with an id in field 1, the first being 1. */
  static RecordTable ofMessages(int field) {
    return new RecordTable(field, true);
  }

  /** A table whose records have their position as id, the first being 0. */
  static RecordTable ofStrings(int field) {
    return new RecordTable(field, false);
  }

  /** Id of the record with these bytes, which is added if it is new. */
  int intern(WireBuffer record) {
    byte[] bytes = record.bytes();
    int length = record.length();
    int hash = hash(bytes, length);
    int slot = hash & slots.length - 1;
    while (slots[slot] != 0) {
      int index = slots[slot] - 1;
      if (hashes[index] == hash && equals(index, bytes, length)) {
        return id(index);
      }
      slot = slot + 1 & slots.length - 1;
    }
    return add(bytes, length, hash, slot);
  }

  int count() {
    return count;
  }

  /** Bytes that {@link #writeTo} will write. */
  int encodedBytes() {
    return encodedBytes;
  }

  /** Forgets all records but the first ones. */
  void truncate(int newCount) {
    // Removing in reverse order leaves every probe sequence as it was before the insertion.
    while (count > newCount) {
      int index = count - 1;
      encodedBytes -= recordBytes(index);
      int slot = hashes[index] & slots.length - 1;
      while (slots[slot] != count) {
        slot = slot + 1 & slots.length - 1;
      }
      slots[slot] = 0;
      bodies.truncate(start(index));
      count = index;
    }
  }

  void clear() {
    count = 0;
    encodedBytes = 0;
    bodies.clearAndTrim();
    if (ends.length > RETAINED_RECORDS) {
      ends = new int[256];
      hashes = new int[256];
      slots = new int[512];
    } else {
      Arrays.fill(slots, 0);
    }
  }

  void writeTo(WireBuffer out) {
    for (int i = 0; i < count; i++) {
      int length = ends[i] - start(i);
      out.header(field, withIds ? length + idBytes(i) : length);
      if (withIds) {
        out.number(ID_FIELD, id(i));
      }
      out.raw(bodies.bytes(), start(i), length);
    }
  }

  private int add(byte[] bytes, int length, int hash, int slot) {
    int index = count;
    if (index == ends.length) {
      ends = Arrays.copyOf(ends, index * 2);
      hashes = Arrays.copyOf(hashes, index * 2);
    }
    bodies.raw(bytes, 0, length);
    ends[index] = bodies.length();
    hashes[index] = hash;
    slots[slot] = index + 1;
    count++;
    encodedBytes += recordBytes(index);
    if (count * 2 > slots.length) {
      rehash();
    }
    return id(index);
  }

  private void rehash() {
    slots = new int[slots.length * 2];
    for (int i = 0; i < count; i++) {
      int slot = hashes[i] & slots.length - 1;
      while (slots[slot] != 0) {
        slot = slot + 1 & slots.length - 1;
      }
      slots[slot] = i + 1;
    }
  }

  private int id(int index) {
    return withIds ? index + 1 : index;
  }

  private int idBytes(int index) {
    return 1 + WireBuffer.varintBytes(id(index));
  }

  private int start(int index) {
    return index == 0 ? 0 : ends[index - 1];
  }

  private int recordBytes(int index) {
    int length = ends[index] - start(index) + (withIds ? idBytes(index) : 0);
    return 1 + WireBuffer.varintBytes(length) + length;
  }

  private boolean equals(int index, byte[] bytes, int length) {
    return Arrays.equals(bodies.bytes(), start(index), ends[index], bytes, 0, length);
  }

  private int hash(byte[] bytes, int length) {
    int hash = length;
    for (int i = 0; i < length; i++) {
      hash = hash * multiplier + bytes[i] + 1;
    }
    return hash ^ hash >>> 16;
  }
}
