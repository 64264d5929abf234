package io.nodeflame.collector.pprof;

import io.nodeflame.collector.profile.ProfileFrame;
import io.nodeflame.collector.proto.pprof.Function;
import io.nodeflame.collector.proto.pprof.Line;
import io.nodeflame.collector.proto.pprof.Location;
import io.nodeflame.collector.proto.pprof.Mapping;
import io.nodeflame.collector.proto.pprof.Profile;
import java.util.List;

/** The tables of one pprof message: what its locations, and through them its samples, refer to. */
final class FrameTables {
  /**
   * More inlined functions at one address exist in no compiler's output; a profile can claim any.
   */
  private static final int MAX_LINES = 256;

  private static final String UNNAMED = "[unnamed]";

  private final int maxStringBytes;
  private final RecordTable mappings = RecordTable.ofMessages(Profile.MAPPING_FIELD_NUMBER);
  private final RecordTable locations = RecordTable.ofMessages(Profile.LOCATION_FIELD_NUMBER);
  private final RecordTable functions = RecordTable.ofMessages(Profile.FUNCTION_FIELD_NUMBER);
  private final RecordTable strings = RecordTable.ofStrings(Profile.STRING_TABLE_FIELD_NUMBER);
  private final WireBuffer text = new WireBuffer();
  private final WireBuffer record = new WireBuffer();
  private final WireBuffer locationRecord = new WireBuffer();
  // How many records each table had at the last mark.
  private int markedMappings;
  private int markedLocations;
  private int markedFunctions;
  private int markedStrings;

  FrameTables(int maxStringBytes) {
    this.maxStringBytes = maxStringBytes;
  }

  void clear() {
    mappings.clear();
    locations.clear();
    functions.clear();
    strings.clear();
    text.clearAndTrim();
    record.clearAndTrim();
    locationRecord.clearAndTrim();
    string(""); // Index 0 must be the empty string.
  }

  /** Remembers the state that {@link #rollBack} returns to. */
  void mark() {
    markedMappings = mappings.count();
    markedLocations = locations.count();
    markedFunctions = functions.count();
    markedStrings = strings.count();
  }

  /**
   * Forgets what was added since the mark.
   *
   * @return the highest location id that is left
   */
  int rollBack() {
    mappings.truncate(markedMappings);
    locations.truncate(markedLocations);
    functions.truncate(markedFunctions);
    strings.truncate(markedStrings);
    return markedLocations;
  }

  int encodedBytes() {
    return mappings.encodedBytes()
        + locations.encodedBytes()
        + functions.encodedBytes()
        + strings.encodedBytes();
  }

  int string(String value) {
    text.truncate(0);
    Utf8.append(value, maxStringBytes, text);
    return strings.intern(text);
  }

  int mapping(ProfileFrame frame) {
    MappingName name = MappingName.of(frame.kind(), frame.mapping());
    String suffix = name.suffix();
    text.truncate(0);
    Utf8.append(name.file(), maxStringBytes - suffix.length(), text);
    Utf8.append(suffix, suffix.length(), text);
    return mapping(strings.intern(text), string(frame.buildId()));
  }

  int mappingWithoutFile() {
    return mapping(0, 0);
  }

  private int mapping(int fileName, int buildId) {
    record.truncate(0);
    record.number(Mapping.FILENAME_FIELD_NUMBER, fileName);
    record.number(Mapping.BUILD_ID_FIELD_NUMBER, buildId);
    // Every location has lines, so no server and no tool needs to symbolize again.
    record.number(Mapping.HAS_FUNCTIONS_FIELD_NUMBER, 1);
    record.number(Mapping.HAS_FILENAMES_FIELD_NUMBER, 1);
    record.number(Mapping.HAS_LINE_NUMBERS_FIELD_NUMBER, 1);
    record.number(Mapping.HAS_INLINE_FRAMES_FIELD_NUMBER, 1);
    return mappings.intern(record);
  }

  int location(ProfileFrame frame) {
    int mapping = mapping(frame);
    locationRecord.truncate(0);
    locationRecord.number(Location.MAPPING_ID_FIELD_NUMBER, mapping);
    List<ProfileFrame.Line> lines = frame.lines();
    int innermost = Math.min(lines.size(), MAX_LINES) - 1;
    for (int i = 0; i < innermost; i++) {
      line(lines.get(i));
    }
    line(lines.get(lines.size() - 1));
    return locations.intern(locationRecord);
  }

  /** Writes the tables, one after the other, through a buffer that is cleared between them. */
  void writeTo(WireBuffer section, GzipBuffer out) {
    write(mappings, section, out);
    write(locations, section, out);
    write(functions, section, out);
    write(strings, section, out);
  }

  private static void write(RecordTable table, WireBuffer section, GzipBuffer out) {
    section.truncate(0);
    table.writeTo(section);
    out.add(section);
  }

  private void line(ProfileFrame.Line line) {
    int function = function(line);
    long number = Math.max(line.line(), 0);
    int length = 1 + WireBuffer.varintBytes(function);
    length += number == 0 ? 0 : 1 + WireBuffer.varintBytes(number);
    locationRecord.header(Location.LINE_FIELD_NUMBER, length);
    locationRecord.number(Line.FUNCTION_ID_FIELD_NUMBER, function);
    locationRecord.number(Line.LINE_FIELD_NUMBER, number);
  }

  private int function(ProfileFrame.Line line) {
    int name = string(line.function().isEmpty() ? UNNAMED : line.function());
    int file = string(line.file());
    record.truncate(0);
    record.number(Function.NAME_FIELD_NUMBER, name);
    record.number(Function.FILENAME_FIELD_NUMBER, file);
    return functions.intern(record);
  }
}
