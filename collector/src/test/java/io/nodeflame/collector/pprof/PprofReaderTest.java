package io.nodeflame.collector.pprof;

import static io.nodeflame.collector.pprof.Profiles.frame;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nodeflame.collector.profile.StackProfile;
import io.nodeflame.collector.proto.pprof.Function;
import io.nodeflame.collector.proto.pprof.Line;
import io.nodeflame.collector.proto.pprof.Location;
import io.nodeflame.collector.proto.pprof.Mapping;
import io.nodeflame.collector.proto.pprof.Profile;
import io.nodeflame.collector.proto.pprof.Sample;
import io.nodeflame.collector.proto.pprof.ValueType;
import io.nodeflame.symbolizer.bytes.MalformedException;
import java.io.ByteArrayOutputStream;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;

class PprofReaderTest {
  private final PprofReader reader = new PprofReader(PprofReader.Bounds.PUSH);

  @Test
  void readsWhatTheEncoderWrote() throws Exception {
    StackProfile profile = Profiles.realistic(1, 500, 30).build();
    DecodedProfile decoded = reader.read(encode(profile));
    assertEquals(CollapsedStacks.of(profile).asMap(), decoded.collapse(0));
    assertEquals(profile.stackCount(), decoded.stackCount());
    assertEquals(profile.frame(17, 3), decoded.frame(17, 3));
    assertEquals(
        List.of(new DecodedProfile.ValueType("cpu", "nanoseconds")), decoded.sampleTypes());
  }

  @Test
  void readsForeignProfilesWithSparseIdsUnpackedFieldsAndTwoValues() throws Exception {
    DecodedProfile decoded = reader.read(foreign().build().toByteArray());
    assertEquals(Map.of("main;work", 7L, "app+0x1f", 2L), decoded.collapse(1));
    assertEquals(9, decoded.total(1));
    assertEquals("app", decoded.frame(0, 0).mapping());
    // The same message with ids as single varints, as proto2 writers do: 08 id.
    byte[] unpacked = {
      0x0a, 0, // sample_type
      0x12, 6, 0x08, 5, 0x08, 5, 0x10, 3, // sample: location 5 twice, value 3
      0x22, 4, 0x08, 5, 0x18, 9, // location 5, address 9
      0x32, 0 // ""
    };
    assertEquals(Map.of("+0x9;+0x9", 3L), reader.read(unpacked).collapse(0));
  }

  @Test
  void refusesWhatContradictsTheFormat() {
    refused(foreign().setStringTable(0, "x"), "empty string");
    refused(foreign().clearSampleType(), "no sample type");
    refused(foreign().addSample(Sample.newBuilder().addLocationId(9).addValue(1)), "values");
    refused(
        foreign().addSample(Sample.newBuilder().addLocationId(77).addValue(1).addValue(1)),
        "location");
    refused(foreign().addLocation(Location.newBuilder()), "location id is 0");
    refused(foreign().addLocation(Location.newBuilder().setId(9)), "same location id");
    refused(
        foreign().addLocation(Location.newBuilder().setId(3).addLine(Line.getDefaultInstance())),
        "function");
    refused(foreign().addLocation(Location.newBuilder().setId(3).setMappingId(4)), "mapping");
    refused(foreign().addMapping(Mapping.newBuilder().setId(2).setFilename(99)), null);
    refused(foreign().addSampleType(ValueType.newBuilder().setType(-1)), "values");
  }

  @Test
  void memoryIsBounded() throws Exception {
    byte[] emptySamples = new byte[2_000_000];
    for (int i = 0; i < emptySamples.length; i += 2) {
      emptySamples[i] = 0x12;
    }
    assertThrows(MalformedException.class, () -> reader.read(emptySamples));
    assertThrows(MalformedException.class, () -> reader.read(new byte[(4 << 20) + 1]));
    ByteArrayOutputStream bomb = new ByteArrayOutputStream();
    try (GZIPOutputStream gzip = new GZIPOutputStream(bomb)) {
      gzip.write(new byte[50_000_000]);
    }
    MalformedException e =
        assertThrows(MalformedException.class, () -> reader.read(bomb.toByteArray()));
    assertTrue(e.getMessage().contains("larger"), e.getMessage());
  }

  @Test
  void mutatedProfilesAreReadOrRefused() throws Exception {
    byte[] gzipped = encode(Profiles.realistic(5, 60, 12).build());
    byte[] plain;
    try (var in = new java.util.zip.GZIPInputStream(new java.io.ByteArrayInputStream(gzipped))) {
      plain = in.readAllBytes();
    }
    Random random = new Random(2026);
    int refused = 0;
    for (int i = 0; i < 3_000; i++) {
      byte[] mutated = (i % 4 == 0 ? gzipped : plain).clone();
      for (int k = 0; k <= random.nextInt(6); k++) {
        mutated[random.nextInt(mutated.length)] = (byte) random.nextInt(256);
      }
      try {
        DecodedProfile decoded = reader.read(mutated);
        decoded.collapse(0);
      } catch (MalformedException e) {
        refused++;
      }
    }
    assertTrue(refused > 300 && refused < 3_000, refused + " refused");
  }

  @Test
  void kindsAndFilesSurviveWhateverTheyAreCalled() throws Exception {
    String[] kinds = {"native", "kernel", "go", "jit", "python"};
    String[] files = {
      "",
      "/usr/bin/app",
      "[vdso]",
      "[kernel]",
      "x [go]",
      "[go",
      "]",
      "a [native]",
      "[",
      "[]",
      " [x]"
    };
    for (String kind : kinds) {
      for (String file : files) {
        DecodedProfile decoded =
            reader.read(encode(new Profiles().stack(1, frame(kind, file, "f", "", 1)).build()));
        assertEquals(
            kind + "|" + file, decoded.frame(0, 0).kind() + "|" + decoded.frame(0, 0).mapping());
      }
    }
    DecodedProfile odd =
        reader.read(encode(new Profiles().stack(1, frame("Odd Kind", "f", "f", "", 1)).build()));
    assertEquals("other", odd.frame(0, 0).kind());
  }

  @Test
  void aHalfHasAllItsSamplesAndATimeOfItsOwn() throws Exception {
    ProfileClock clock = new ProfileClock(0);
    StackProfile profile = Profiles.realistic(9, 1_001, 15).build();
    var whole = new PprofEncoder(PprofLimits.PYROSCOPE, clock).encode(profile).get(0);
    var parts = new ProfileSplitter(clock).split(whole);
    assertEquals(2, parts.size());
    assertEquals(
        3, java.util.Set.of(whole.time(), parts.get(0).time(), parts.get(1).time()).size());
    assertEquals(whole.samples(), parts.get(0).samples() + parts.get(1).samples());
    assertEquals(
        reader.read(whole.gzippedPprof()).total(0),
        reader.read(parts.get(0).gzippedPprof()).total(0)
            + reader.read(parts.get(1).gzippedPprof()).total(0));
    var single =
        new PprofEncoder(PprofLimits.PYROSCOPE, clock)
            .encode(new Profiles().stack(1, frame("f")).build())
            .get(0);
    assertEquals(List.of(single), new ProfileSplitter(clock).split(single));
  }

  private static Profile.Builder foreign() {
    return Profile.newBuilder()
        .addAllStringTable(List.of("", "samples", "count", "main", "work", "app"))
        .addSampleType(ValueType.newBuilder().setType(1).setUnit(2))
        .addSampleType(ValueType.newBuilder().setType(1).setUnit(2))
        .addMapping(Mapping.newBuilder().setId(100).setFilename(5))
        .addFunction(Function.newBuilder().setId(40).setName(3))
        .addFunction(Function.newBuilder().setId(41).setName(4))
        .addLocation(location(9, 41))
        .addLocation(location(8, 40))
        .addLocation(Location.newBuilder().setId(7).setMappingId(100).setAddress(0x1f))
        .addSample(Sample.newBuilder().addLocationId(9).addLocationId(8).addValue(1).addValue(7))
        .addSample(Sample.newBuilder().addLocationId(7).addValue(1).addValue(2));
  }

  private static Location.Builder location(long id, long function) {
    return Location.newBuilder()
        .setId(id)
        .setMappingId(100)
        .addLine(Line.newBuilder().setFunctionId(function));
  }

  private void refused(Profile.Builder profile, String word) {
    if (word == null) {
      // A mapping that nobody uses may say what it likes.
      org.junit.jupiter.api.Assertions.assertDoesNotThrow(
          () -> reader.read(profile.build().toByteArray()));
      return;
    }
    MalformedException e =
        assertThrows(MalformedException.class, () -> reader.read(profile.build().toByteArray()));
    assertTrue(e.getMessage().contains(word), e.getMessage());
  }

  private static byte[] encode(StackProfile profile) {
    try (PprofEncoder encoder = new PprofEncoder(PprofLimits.PYROSCOPE, new ProfileClock())) {
      return encoder.encode(profile).get(0).gzippedPprof();
    }
  }
}
