package io.nodeflame.collector.store;

/** Tags of protobuf's wire format: field number and wire type. */
final class WireTags {
  static final int LOCATION_LINE = packed(4);
  static final int DURATION_NANOS = varint(10);

  private WireTags() {}

  static int varint(int field) {
    return field << 3;
  }

  /** Packed numbers, texts and messages. */
  static int packed(int field) {
    return field << 3 | 2;
  }
}
