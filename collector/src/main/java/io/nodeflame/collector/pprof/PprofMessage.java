package io.nodeflame.collector.pprof;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.WireFormat;
import io.nodeflame.collector.pprof.DecodedProfile.ValueType;
import io.nodeflame.collector.profile.ProfileFrame;
import io.nodeflame.collector.proto.pprof.Function;
import io.nodeflame.collector.proto.pprof.Line;
import io.nodeflame.collector.proto.pprof.Location;
import io.nodeflame.collector.proto.pprof.Mapping;
import io.nodeflame.collector.proto.pprof.Profile;
import io.nodeflame.collector.proto.pprof.Sample;
import io.nodeflame.symbolizer.bytes.MalformedException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * The records of one pprof message as they are read, in arrays of numbers: a generated message
 * would make an object of each two bytes of a hostile one.
 */
final class PprofMessage {
  private final int maxRecords;
  private final List<String> strings = new ArrayList<>();
  private final LongList sampleTypes = new LongList(); // type, unit
  private final long[] periodType = new long[2];
  private final LongList sampleStarts = new LongList();
  private final LongList sampleLocations = new LongList();
  private final LongList values = new LongList();
  private final IdIndex mappings = new IdIndex("mapping");
  private final LongList mappingTexts = new LongList(); // file name, build id
  private final IdIndex locations = new IdIndex("location");
  private final LongList locationFields = new LongList(); // mapping, address, first line
  private final LongList lines = new LongList(); // function, line
  private final IdIndex functions = new IdIndex("function");
  private final LongList functionTexts = new LongList(); // name, file name
  private long period;
  private long timeNanos;
  private long durationNanos;

  /** Takes one field of a message whose tag has just been read. */
  private interface FieldReader {
    void read(int field, int tag) throws IOException;
  }

  PprofMessage(int maxRecords) {
    this.maxRecords = maxRecords;
  }

  void readFrom(CodedInputStream in) throws IOException {
    fields(in, (field, tag) -> readField(in, field, tag));
    if (strings.isEmpty() || !strings.get(0).isEmpty()) {
      throw new MalformedException("entry 0 of the string table is not the empty string");
    }
    if (sampleTypes.size() == 0) {
      throw new MalformedException("no sample type");
    }
    if (values.size() != (long) sampleStarts.size() * (sampleTypes.size() / 2)) {
      throw new MalformedException("samples have not as many values as there are sample types");
    }
  }

  DecodedProfile decode() throws MalformedException {
    List<ProfileFrame> frames = new ArrayList<>(locations.size());
    for (int i = 0; i < locations.size(); i++) {
      frames.add(frame(i));
    }
    int[] frameIndexes = new int[sampleLocations.size()];
    for (int i = 0; i < frameIndexes.length; i++) {
      frameIndexes[i] = locations.find(sampleLocations.get(i));
    }
    int[] starts = new int[sampleStarts.size() + 1];
    for (int i = 0; i < sampleStarts.size(); i++) {
      starts[i] = (int) sampleStarts.get(i);
    }
    starts[sampleStarts.size()] = frameIndexes.length;
    List<ValueType> types = new ArrayList<>();
    for (int i = 0; i < sampleTypes.size(); i += 2) {
      types.add(new ValueType(string(sampleTypes.get(i)), string(sampleTypes.get(i + 1))));
    }
    return new DecodedProfile(
        types,
        new ValueType(string(periodType[0]), string(periodType[1])),
        period,
        timeNanos,
        durationNanos,
        new DecodedProfile.Stacks(frames, frameIndexes, starts, values.toArray()));
  }

  private void readField(CodedInputStream in, int field, int tag) throws IOException {
    switch (field) {
      case Profile.SAMPLE_TYPE_FIELD_NUMBER -> {
        bound(sampleTypes.size() / 2, "sample types");
        long[] type = new long[2];
        readNumbers(in, type);
        sampleTypes.add(type[0]);
        sampleTypes.add(type[1]);
      }
      case Profile.SAMPLE_FIELD_NUMBER -> readSample(in);
      case Profile.MAPPING_FIELD_NUMBER -> readMapping(in);
      case Profile.LOCATION_FIELD_NUMBER -> readLocation(in);
      case Profile.FUNCTION_FIELD_NUMBER -> readFunction(in);
      case Profile.STRING_TABLE_FIELD_NUMBER -> {
        bound(strings.size(), "strings");
        strings.add(in.readString());
      }
      case Profile.PERIOD_TYPE_FIELD_NUMBER -> readNumbers(in, periodType);
      case Profile.PERIOD_FIELD_NUMBER -> period = in.readInt64();
      case Profile.TIME_NANOS_FIELD_NUMBER -> timeNanos = in.readInt64();
      case Profile.DURATION_NANOS_FIELD_NUMBER -> durationNanos = in.readInt64();
      default -> skip(in, tag);
    }
  }

  private void readSample(CodedInputStream in) throws IOException {
    bound(sampleStarts.size(), "samples");
    sampleStarts.add(sampleLocations.size());
    int valuesBefore = values.size();
    message(
        in,
        (field, tag) -> {
          switch (field) {
            case Sample.LOCATION_ID_FIELD_NUMBER -> numbers(in, tag, sampleLocations);
            case Sample.VALUE_FIELD_NUMBER -> numbers(in, tag, values);
            default -> skip(in, tag);
          }
        });
    if (sampleTypes.size() > 0 && values.size() - valuesBefore != sampleTypes.size() / 2) {
      throw new MalformedException("a sample has not as many values as there are sample types");
    }
  }

  private void readMapping(CodedInputStream in) throws IOException {
    bound(mappings.size(), "mappings");
    long[] fields = new long[Mapping.BUILD_ID_FIELD_NUMBER];
    readNumbers(in, fields);
    mappings.add(fields[Mapping.ID_FIELD_NUMBER - 1]);
    mappingTexts.add(fields[Mapping.FILENAME_FIELD_NUMBER - 1]);
    mappingTexts.add(fields[Mapping.BUILD_ID_FIELD_NUMBER - 1]);
  }

  private void readLocation(CodedInputStream in) throws IOException {
    bound(locations.size(), "locations");
    long[] fields = new long[Location.ADDRESS_FIELD_NUMBER];
    int firstLine = lines.size();
    message(
        in,
        (field, tag) -> {
          if (field == Location.LINE_FIELD_NUMBER) {
            bound(lines.size() / 2, "lines");
            long[] line = new long[Line.LINE_FIELD_NUMBER];
            readNumbers(in, line);
            lines.add(line[0]);
            lines.add(line[1]);
          } else {
            number(in, field, tag, fields);
          }
        });
    locations.add(fields[Location.ID_FIELD_NUMBER - 1]);
    locationFields.add(fields[Location.MAPPING_ID_FIELD_NUMBER - 1]);
    locationFields.add(fields[Location.ADDRESS_FIELD_NUMBER - 1]);
    locationFields.add(firstLine);
  }

  private void readFunction(CodedInputStream in) throws IOException {
    bound(functions.size(), "functions");
    long[] fields = new long[Function.FILENAME_FIELD_NUMBER];
    readNumbers(in, fields);
    functions.add(fields[Function.ID_FIELD_NUMBER - 1]);
    functionTexts.add(fields[Function.NAME_FIELD_NUMBER - 1]);
    functionTexts.add(fields[Function.FILENAME_FIELD_NUMBER - 1]);
  }

  private ProfileFrame frame(int location) throws MalformedException {
    long mappingId = locationFields.get(location * 3);
    String file = "";
    String buildId = "";
    if (mappingId != 0) {
      int mapping = mappings.find(mappingId);
      file = string(mappingTexts.get(mapping * 2));
      buildId = string(mappingTexts.get(mapping * 2 + 1));
    }
    MappingName name = MappingName.parse(file);
    int first = (int) locationFields.get(location * 3 + 2);
    boolean last = location + 1 == locations.size();
    int end = last ? lines.size() : (int) locationFields.get(location * 3 + 5);
    List<ProfileFrame.Line> frameLines = new ArrayList<>((end - first) / 2 + 1);
    for (int i = first; i < end; i += 2) {
      frameLines.add(line(lines.get(i), lines.get(i + 1)));
    }
    if (frameLines.isEmpty()) {
      frameLines.add(unsymbolized(file, locationFields.get(location * 3 + 1)));
    }
    return new ProfileFrame(name.kind(), name.file(), buildId, frameLines);
  }

  private ProfileFrame.Line line(long functionId, long line) throws MalformedException {
    int function = functions.find(functionId);
    String name = string(functionTexts.get(function * 2));
    int number = (int) Math.max(0, Math.min(line, Integer.MAX_VALUE));
    return new ProfileFrame.Line(name, string(functionTexts.get(function * 2 + 1)), number);
  }

  private static ProfileFrame.Line unsymbolized(String file, long address) {
    String base = file.substring(file.lastIndexOf('/') + 1);
    return new ProfileFrame.Line(base + "+0x" + Long.toHexString(address), "", 0);
  }

  private String string(long index) throws MalformedException {
    if (index < 0 || index >= strings.size()) {
      throw new MalformedException("a string index is beyond the string table");
    }
    return strings.get((int) index);
  }

  private void bound(int size, String what) throws MalformedException {
    if (size >= maxRecords) {
      throw new MalformedException("more than " + maxRecords + " " + what);
    }
  }

  /** Reads a message of numbers into an array by field number, from 1. */
  private static void readNumbers(CodedInputStream in, long[] fields) throws IOException {
    message(in, (field, tag) -> number(in, field, tag, fields));
  }

  private static void number(CodedInputStream in, int field, int tag, long[] fields)
      throws IOException {
    if (field <= fields.length && WireFormat.getTagWireType(tag) == WireFormat.WIRETYPE_VARINT) {
      fields[field - 1] = in.readRawVarint64();
    } else {
      skip(in, tag);
    }
  }

  private static void numbers(CodedInputStream in, int tag, LongList list) throws IOException {
    if (WireFormat.getTagWireType(tag) == WireFormat.WIRETYPE_VARINT) {
      list.add(in.readRawVarint64());
      return;
    }
    int limit = in.pushLimit(in.readRawVarint32());
    while (in.getBytesUntilLimit() > 0) {
      list.add(in.readRawVarint64());
    }
    in.popLimit(limit);
  }

  private static void message(CodedInputStream in, FieldReader reader) throws IOException {
    int limit = in.pushLimit(in.readRawVarint32());
    fields(in, reader);
    in.checkLastTagWas(0);
    in.popLimit(limit);
  }

  private static void fields(CodedInputStream in, FieldReader reader) throws IOException {
    for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
      reader.read(WireFormat.getTagFieldNumber(tag), tag);
    }
  }

  private static void skip(CodedInputStream in, int tag) throws IOException {
    if (!in.skipField(tag)) {
      throw new MalformedException("a group ends that never began");
    }
  }
}
