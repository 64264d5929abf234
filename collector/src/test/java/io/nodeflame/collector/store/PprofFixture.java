package io.nodeflame.collector.store;

import io.nodeflame.collector.profile.EncodedProfile;
import io.nodeflame.collector.profile.ProfileType;
import io.nodeflame.collector.profile.SeriesLabels;
import io.nodeflame.collector.proto.pprof.Function;
import io.nodeflame.collector.proto.pprof.Line;
import io.nodeflame.collector.proto.pprof.Location;
import io.nodeflame.collector.proto.pprof.Mapping;
import io.nodeflame.collector.proto.pprof.Profile;
import io.nodeflame.collector.proto.pprof.Sample;
import io.nodeflame.collector.proto.pprof.ValueType;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.zip.GZIPOutputStream;

/** Builds profiles from folded stacks: {@code main;work;read@[kernel] 30}, root first. */
public final class PprofFixture {
  private final Profile.Builder profile = Profile.newBuilder();
  private final Map<String, Long> strings = new HashMap<>();
  private final Map<String, Long> locations = new HashMap<>();
  private final Map<String, Long> mappings = new HashMap<>();
  private long samples;

  private PprofFixture() {
    string("");
    profile
        .addSampleType(valueType("samples", "count"))
        .addSampleType(valueType("cpu", "nanoseconds"));
    profile.setPeriodType(valueType("cpu", "nanoseconds")).setPeriod(10_000_000);
  }

  /** A gzipped pprof with two sample types, of which {@code cpu} is the second. */
  public static byte[] gzipped(String... folded) {
    return gzip(of(folded).profile.build().toByteArray());
  }

  public static EncodedProfile encoded(Instant time, Map<String, String> labels, String... folded) {
    return encoded(time, Duration.ZERO, labels, folded);
  }

  /** With the length of the time that it covers, which ends at {@code time}. */
  public static EncodedProfile encoded(
      Instant time, Duration duration, Map<String, String> labels, String... folded) {
    PprofFixture fixture = of(folded);
    fixture.profile.setDurationNanos(duration.toNanos());
    byte[] bytes = fixture.profile.build().toByteArray();
    return new EncodedProfile(
        ProfileType.CPU, SeriesLabels.of(labels), time, gzip(bytes), bytes.length, fixture.samples);
  }

  public static Map<String, String> service(String name) {
    return Map.of("service_name", name);
  }

  private static PprofFixture of(String... folded) {
    PprofFixture fixture = new PprofFixture();
    for (String line : folded) {
      int space = line.lastIndexOf(' ');
      fixture.add(
          line.substring(0, space).split(";", -1), Long.parseLong(line.substring(space + 1)));
    }
    return fixture;
  }

  private void add(String[] rootFirst, long value) {
    samples++;
    Sample.Builder sample = Sample.newBuilder().addValue(1).addValue(value);
    for (int i = rootFirst.length - 1; i >= 0; i--) {
      sample.addLocationId(location(rootFirst[i]));
    }
    profile.addSample(sample);
  }

  /** {@code inlined+physical@mapping}. */
  private long location(String frame) {
    Long known = locations.get(frame);
    if (known != null) {
      return known;
    }
    int at = frame.indexOf('@');
    String mapping = at < 0 ? "/bin/app" : frame.substring(at + 1);
    Location.Builder location =
        Location.newBuilder().setId(locations.size() + 1).setMappingId(mapping(mapping));
    for (String name : (at < 0 ? frame : frame.substring(0, at)).split("\\+", -1)) {
      long function = profile.getFunctionCount() + 1L;
      profile.addFunction(Function.newBuilder().setId(function).setName(string(name)));
      location.addLine(Line.newBuilder().setFunctionId(function));
    }
    profile.addLocation(location);
    locations.put(frame, location.getId());
    return location.getId();
  }

  private long mapping(String file) {
    return mappings.computeIfAbsent(
        file,
        fresh -> {
          long id = mappings.size() + 1L;
          profile.addMapping(Mapping.newBuilder().setId(id).setFilename(string(fresh)));
          return id;
        });
  }

  private long string(String text) {
    return strings.computeIfAbsent(
        text,
        fresh -> {
          profile.addStringTable(fresh);
          return profile.getStringTableCount() - 1L;
        });
  }

  private ValueType valueType(String type, String unit) {
    return ValueType.newBuilder().setType(string(type)).setUnit(string(unit)).build();
  }

  public static byte[] gzip(byte[] bytes) {
    ByteArrayOutputStream packed = new ByteArrayOutputStream();
    try (GZIPOutputStream out = new GZIPOutputStream(packed)) {
      out.write(bytes);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return packed.toByteArray();
  }
}
