package io.nodeflame.collector.store;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.WireFormat;
import io.nodeflame.collector.pprof.Gunzip;
import java.io.IOException;
import java.nio.charset.StandardCharsets;

/**
 * One unpacked pprof, indexed but not built into objects: merging reads thousands of them in a heap
 * of 37 MiB. Layout: {@code profile.proto} of google/pprof.
 */
final class PprofTables {
  /** As much as a server accepts, and some more: one profile fits into a small heap. */
  static final int MAX_BYTES = 8 << 20;

  private static final int MAX_DEPTH = 4096;
  private static final int MAX_ENTRIES = 1 << 20;

  private final byte[] bytes;
  private final LongTable sampleStarts = new LongTable();
  private final LongTable strings = new LongTable();
  private final LongTable sampleTypeNames = new LongTable();
  private final LongTable locationIds = new LongTable();
  private final LongTable locationMappings = new LongTable();
  private final LongTable lineStarts = new LongTable();
  private final LongTable lineFunctions = new LongTable();
  private final LongTable functionIds = new LongTable();
  private final LongTable functionNames = new LongTable();
  private final LongTable mappingIds = new LongTable();
  private final LongTable mappingFiles = new LongTable();
  private long durationNanos;
  private final IdTable locations;
  private final IdTable functions;
  private final IdTable mappings;

  private PprofTables(byte[] bytes) throws IOException {
    this.bytes = bytes;
    CodedInputStream in = CodedInputStream.newInstance(bytes);
    for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
      if (WireFormat.getTagWireType(tag) != WireFormat.WIRETYPE_LENGTH_DELIMITED) {
        if (tag == WireTags.DURATION_NANOS) {
          durationNanos = in.readRawVarint64();
        } else {
          in.skipField(tag);
        }
        continue;
      }
      int length = in.readRawVarint32();
      int start = in.getTotalBytesRead();
      if (length < 0 || length > bytes.length - start) {
        throw new IOException("a field of the profile is longer than the profile");
      }
      index(WireFormat.getTagFieldNumber(tag), start, length);
      in.skipRawBytes(length);
    }
    lineStarts.add(lineFunctions.size());
    locations = new IdTable(locationIds);
    functions = new IdTable(functionIds);
    mappings = new IdTable(mappingIds);
  }

  /**
   * @throws IOException when the bytes are no gzipped pprof or one that is too large
   */
  static PprofTables read(byte[] gzippedPprof) throws IOException {
    return new PprofTables(Gunzip.unpack(gzippedPprof, MAX_BYTES));
  }

  private void index(int field, int start, int length) throws IOException {
    switch (field) {
      case 1 -> sampleTypeNames.add(number(start, length, 1));
      case 2 -> bounded(sampleStarts).add(pack(start, length));
      case 3 -> {
        bounded(mappingIds).add(number(start, length, 1));
        mappingFiles.add(number(start, length, 5));
      }
      case 4 -> indexLocation(start, length);
      case 5 -> {
        bounded(functionIds).add(number(start, length, 1));
        functionNames.add(number(start, length, 2));
      }
      case 6 -> bounded(strings).add(pack(start, length));
      default -> {
        // Types of periods and comments do not matter to a merge.
      }
    }
  }

  private void indexLocation(int start, int length) throws IOException {
    bounded(locationIds).add(number(start, length, 1));
    locationMappings.add(number(start, length, 2));
    lineStarts.add(lineFunctions.size());
    CodedInputStream in = CodedInputStream.newInstance(bytes, start, length);
    for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
      if (tag == WireTags.LOCATION_LINE) {
        int lineLength = in.readRawVarint32();
        int lineStart = start + in.getTotalBytesRead();
        if (lineLength < 0 || lineLength > start + length - lineStart) {
          throw new IOException("a line is longer than its location");
        }
        bounded(lineFunctions).add(number(lineStart, lineLength, 1));
        in.skipRawBytes(lineLength);
      } else {
        in.skipField(tag);
      }
    }
  }

  /** The last varint of a field in a message, 0 when it is not there. */
  private long number(int start, int length, int field) throws IOException {
    long value = 0;
    CodedInputStream in = CodedInputStream.newInstance(bytes, start, length);
    for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
      if (tag == WireTags.varint(field)) {
        value = in.readRawVarint64();
      } else {
        in.skipField(tag);
      }
    }
    return value;
  }

  private static LongTable bounded(LongTable table) throws IOException {
    if (table.size() >= MAX_ENTRIES) {
      throw new IOException("a table of the profile has more than " + MAX_ENTRIES + " entries");
    }
    return table;
  }

  private static long pack(int start, int length) {
    return (long) start << 32 | length;
  }

  /** Time that it covers, as its producer says: anything, 0 when it says nothing. */
  long durationNanos() {
    return durationNanos;
  }

  int sampleCount() {
    return sampleStarts.size();
  }

  /**
   * Which value of a sample has a type, such as {@code cpu}; the first one when none is so named.
   */
  int valueIndex(String sampleType) {
    for (int i = 0; i < sampleTypeNames.size(); i++) {
      if (string(sampleTypeNames.get(i)).equals(sampleType)) {
        return i;
      }
    }
    return 0;
  }

  /**
   * Reads one sample.
   *
   * @param locationIdsOut cleared and filled, leaf first
   * @return the value at an index, 0 when it is missing or negative
   */
  long sample(int sample, int valueIndex, LongTable locationIdsOut) throws IOException {
    locationIdsOut.clear();
    long packed = sampleStarts.get(sample);
    CodedInputStream in = CodedInputStream.newInstance(bytes, (int) (packed >>> 32), (int) packed);
    long value = 0;
    int values = 0;
    for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
      if (tag == WireTags.packed(1) || tag == WireTags.packed(2)) {
        int limit = in.pushLimit(in.readRawVarint32());
        while (in.getBytesUntilLimit() > 0) {
          long number = in.readRawVarint64();
          if (tag == WireTags.packed(1)) {
            addLocation(locationIdsOut, number);
          } else if (values++ == valueIndex) {
            value = number;
          }
        }
        in.popLimit(limit);
      } else if (tag == WireTags.varint(1)) {
        addLocation(locationIdsOut, in.readRawVarint64());
      } else if (tag == WireTags.varint(2)) {
        long number = in.readRawVarint64();
        value = values++ == valueIndex ? number : value;
      } else {
        in.skipField(tag);
      }
    }
    return Math.max(0, value);
  }

  private static void addLocation(LongTable out, long id) throws IOException {
    if (out.size() >= MAX_DEPTH) {
      throw new IOException("a stack deeper than " + MAX_DEPTH);
    }
    out.add(id);
  }

  /** Position of a location, -1 when the profile has none of that id. */
  int location(long id) {
    return locations.position(id);
  }

  int firstLine(int location) {
    return (int) lineStarts.get(location);
  }

  /** One behind the last line, which is the physical function. */
  int endLine(int location) {
    return (int) lineStarts.get(location + 1);
  }

  int lineCount() {
    return lineFunctions.size();
  }

  /** Name of the function of a line; empty when the profile does not say. */
  String functionName(int line) {
    int function = functions.position(lineFunctions.get(line));
    return function < 0 ? "" : string(functionNames.get(function));
  }

  /** File name of the mapping of a location; empty when it has none. */
  String mappingFile(int location) {
    int mapping = mappings.position(locationMappings.get(location));
    return mapping < 0 ? "" : string(mappingFiles.get(mapping));
  }

  private String string(long index) {
    if (index < 0 || index >= strings.size()) {
      return "";
    }
    long packed = strings.get((int) index);
    return new String(bytes, (int) (packed >>> 32), (int) packed, StandardCharsets.UTF_8);
  }
}
