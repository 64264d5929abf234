package io.nodeflame.collector.pprof;

import static io.nodeflame.collector.pprof.Profiles.frame;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nodeflame.collector.profile.EncodedProfile;
import io.nodeflame.collector.profile.ProfileFrame;
import io.nodeflame.collector.profile.StackProfile;
import io.nodeflame.collector.proto.pprof.Label;
import io.nodeflame.collector.proto.pprof.Location;
import io.nodeflame.collector.proto.pprof.Mapping;
import io.nodeflame.collector.proto.pprof.Profile;
import io.nodeflame.collector.proto.pprof.Sample;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Test;

class PprofEncoderTest {
  private final PprofEncoder encoder = new PprofEncoder(PprofLimits.PYROSCOPE, new ProfileClock(0));
  private final PprofReader reader = new PprofReader(PprofReader.Bounds.FILE);

  @Test
  void writesOneSampleTypeTheEndOfTheWindowAndThePeriod() throws Exception {
    EncodedProfile encoded = one(new Profiles().stack(3, frame("leaf"), frame("root")).build());
    Profile profile = parse(encoded);
    assertEquals(1, profile.getSampleTypeCount());
    assertEquals("cpu", text(profile, profile.getSampleType(0).getType()));
    assertEquals("nanoseconds", text(profile, profile.getSampleType(0).getUnit()));
    assertEquals("cpu", text(profile, profile.getPeriodType().getType()));
    assertEquals("nanoseconds", text(profile, profile.getPeriodType().getUnit()));
    assertEquals(Profiles.PERIOD_NANOS, profile.getPeriod());
    assertEquals(15_000_000_000L, profile.getDurationNanos());
    assertEquals(Instant.parse("2026-08-01T10:00:15Z"), encoded.time());
    assertEquals(encoded.time().getEpochSecond() * 1_000_000_000, profile.getTimeNanos());
    assertEquals(3, encoded.samples());
    assertEquals(3 * Profiles.PERIOD_NANOS, profile.getSample(0).getValue(0));
    assertEquals("", profile.getStringTable(0));
  }

  @Test
  void keepsStacksLeafFirstAndInlinedLinesInnermostFirst() throws Exception {
    ProfileFrame inlined =
        new ProfileFrame(
            "native",
            "/usr/bin/shop",
            "abcd",
            List.of(
                new ProfileFrame.Line("inner", "a.c", 1),
                new ProfileFrame.Line("middle", "b.c", 2),
                new ProfileFrame.Line("physical", "c.c", 0)));
    Profile profile = parse(one(new Profiles().stack(1, inlined, frame("main")).build()));
    Location leaf = profile.getLocation((int) profile.getSample(0).getLocationId(0) - 1);
    List<String> names = new ArrayList<>();
    leaf.getLineList()
        .forEach(
            line ->
                names.add(
                    text(profile, profile.getFunction((int) line.getFunctionId() - 1).getName())
                        + ":"
                        + line.getLine()));
    assertEquals(List.of("inner:1", "middle:2", "physical:0"), names);
    assertEquals(
        Set.of("main;physical;middle;inner"),
        reader
            .read(one(new Profiles().stack(1, inlined, frame("main")).build()).gzippedPprof())
            .collapse(0)
            .keySet());
  }

  @Test
  void equalFramesShareALocationWhateverTheirIndex() throws Exception {
    StackProfile twice =
        new StackProfile(
            new Profiles().build().type(),
            new Profiles().build().labels(),
            Instant.EPOCH,
            java.time.Duration.ofSeconds(1),
            1,
            List.of(frame("same"), frame("same"), frame("other")),
            new int[] {0, 2, 1, 2},
            new int[] {0, 2, 4},
            new long[] {1, 1},
            new long[] {1, 1});
    Profile profile = parse(one(twice));
    assertEquals(2, profile.getLocationCount());
    assertEquals(2, profile.getFunctionCount());
    assertEquals(1, profile.getMappingCount());
  }

  @Test
  void theFirstMappingIsTheProgram() throws Exception {
    Profile profile =
        parse(
            one(
                new Profiles()
                    .stack(
                        1,
                        frame("kernel", "", "do_syscall_64", "", 0),
                        frame("native", "/lib/libc.so.6", "write", "", 0),
                        frame("go", "/usr/bin/shop", "main.main", "main.go", 12))
                    .build()));
    List<String> files = new ArrayList<>();
    profile.getMappingList().forEach(m -> files.add(text(profile, m.getFilename())));
    assertEquals(List.of("/usr/bin/shop [go]", "[kernel]", "/lib/libc.so.6"), files);
    for (Mapping mapping : profile.getMappingList()) {
      assertTrue(mapping.getHasFunctions());
    }
  }

  @Test
  void profilesTogetherAreOneMessageWhoseSamplesHaveTheLabelsOfTheirTargets() throws Exception {
    ProfileFrame main = frame("main");
    List<StackProfile> profiles =
        List.of(
            new Profiles().labels(Map.of("service_name", "a")).stack(3, frame("x"), main).build(),
            new Profiles()
                .labels(Map.of("service_name", "b", "node", "n1"))
                .stack(0, frame("idle"))
                .stack(2, frame("x"), main)
                .stack(1, main)
                .build());
    EncodedProfile encoded = encoder.encodeTogether(profiles, Optional.empty()).orElseThrow();
    Profile profile = parse(encoded);
    List<String> samples = new ArrayList<>();
    for (Sample sample : profile.getSampleList()) {
      StringBuilder labels = new StringBuilder();
      for (Label label : sample.getLabelList()) {
        labels.append(text(profile, label.getKey())).append('=');
        labels.append(text(profile, label.getStr())).append(' ');
      }
      samples.add(labels.toString() + sample.getValue(0) / Profiles.PERIOD_NANOS);
    }
    assertEquals(
        List.of("service_name=a 3", "node=n1 service_name=b 2", "node=n1 service_name=b 1"),
        samples);
    assertEquals(2, profile.getLocationCount());
    assertEquals(
        Map.of("main;x", 5 * Profiles.PERIOD_NANOS, "main", Profiles.PERIOD_NANOS),
        reader.read(encoded.gzippedPprof()).collapse(0));
    assertEquals(6, encoded.samples());
    assertEquals(gunzip(encoded).length, encoded.uncompressedBytes());
    // A series is one target: its samples need no labels, and get none afterwards.
    assertEquals(0, parse(one(profiles.get(0))).getSample(0).getLabelCount());
  }

  @Test
  void whatDoesNotFitTogetherIsRefused() {
    List<StackProfile> profiles = List.of(Profiles.realistic(1, 20_000, 8).build());
    assertThrows(IOException.class, () -> encoder.encodeTogether(profiles, Optional.empty()));
  }

  @Test
  void theFirstMappingIsTheProgramThatIsGivenOrHasNoFile() throws Exception {
    ProfileFrame other = frame("native", "/usr/bin/other", "f", "", 0);
    ProfileFrame go = frame("go", "/usr/bin/shop", "main.main", "main.go", 12);
    StackProfile profile = new Profiles().stack(1, other, go).build();
    for (Map.Entry<Optional<ProfileFrame>, String> expected :
        Map.of(
                Optional.<ProfileFrame>empty(),
                "",
                Optional.of(MainProgram.of("/usr/bin/shop", profile.frames())),
                "/usr/bin/shop [go]",
                Optional.of(MainProgram.of("/usr/bin/java", profile.frames())),
                "/usr/bin/java")
            .entrySet()) {
      Profile parsed =
          parse(encoder.encodeTogether(List.of(profile), expected.getKey()).orElseThrow());
      assertEquals(expected.getValue(), text(parsed, parsed.getMapping(0).getFilename()));
    }
    assertEquals(Optional.empty(), MainProgram.only(profile.frames()));
    assertEquals(Optional.of(go), MainProgram.only(List.of(frame("kernel", "", "k", "", 0), go)));
    assertEquals(Optional.empty(), MainProgram.only(List.of(frame("kernel", "", "k", "", 0))));
  }

  @Test
  void aStackOf1001FramesKeepsBothEndsAndSaysThatItWasCut() throws Exception {
    List<ProfileFrame> deep = new ArrayList<>();
    for (int i = 0; i < 1001; i++) {
      deep.add(frame("f" + i));
    }
    DecodedProfile decoded = reader.read(one(new Profiles().stack(1, deep).build()).gzippedPprof());
    assertEquals(1000, decoded.depth(0));
    assertEquals("f0", decoded.frame(0, 0).lines().get(0).function());
    assertEquals("f1000", decoded.frame(0, 999).lines().get(0).function());
    assertEquals(PprofEncoder.FRAMES_OMITTED, decoded.frame(0, 500));
    deep.remove(0);
    decoded = reader.read(one(new Profiles().stack(1, deep).build()).gzippedPprof());
    assertEquals(deep, List.of(frames(decoded)));
  }

  @Test
  void namesBecomeValidUtf8OfBoundedLength() throws Exception {
    String half = "a\uD800b";
    String longName = "x".repeat(65_531) + "\u20AC" + "y".repeat(10);
    String longest = "z".repeat(65_535);
    Profile profile =
        parse(
            one(
                new Profiles()
                    .stack(
                        1,
                        frame(half),
                        frame(longName),
                        frame(longest),
                        frame("\uD83D\uDE00\u00e9"))
                    .build()));
    Set<String> strings = new HashSet<>(profile.getStringTableList());
    assertTrue(strings.contains("a\uFFFDb"));
    assertTrue(strings.contains("x".repeat(65_531) + "\u2026"));
    assertTrue(strings.contains(longest));
    assertTrue(strings.contains("\uD83D\uDE00\u00e9"));
    for (var bytes : profile.getStringTableList().asByteStringList()) {
      assertTrue(bytes.isValidUtf8());
      assertTrue(bytes.size() <= 65_535);
    }
  }

  @Test
  void moreThan16000StacksBecomePartsWithTimesOfTheirOwnAndTheSameSum() throws Exception {
    StackProfile profile = Profiles.realistic(7, 40_000, 20).build();
    List<EncodedProfile> parts = encoder.encode(profile);
    assertTrue(parts.size() >= 3, parts.size() + " parts");
    Set<Instant> times = new HashSet<>();
    long samples = 0;
    CollapsedStacks sum = new CollapsedStacks();
    for (EncodedProfile part : parts) {
      times.add(part.time());
      samples += part.samples();
      Profile parsed = parse(part);
      assertTrue(parsed.getSampleCount() <= 16_000);
      assertTrue(part.uncompressedBytes() <= PprofLimits.PYROSCOPE.maxUncompressedBytes());
      assertEquals(parsed.getTimeNanos(), nanos(part.time()));
      DecodedProfile decoded = reader.read(part.gzippedPprof());
      for (int i = 0; i < decoded.stackCount(); i++) {
        for (int depth = decoded.depth(i) - 1; depth >= 0; depth--) {
          sum.frame(decoded.frame(i, depth));
        }
        sum.end(decoded.value(i, 0));
      }
    }
    assertEquals(parts.size(), times.size());
    assertEquals(parts.get(0).time().plusNanos(1), parts.get(1).time());
    assertEquals(profile.totalSamples(), samples);
    assertEquals(CollapsedStacks.of(profile).asMap(), sum.asMap());
  }

  @Test
  void bytesAreBoundedAndTheSizeThatIsToldIsTrue() throws Exception {
    PprofLimits small = new PprofLimits(16_000, 8_192, 1_000, 65_535);
    StackProfile profile = Profiles.realistic(8, 300, 25).build();
    try (PprofEncoder bounded = new PprofEncoder(small, new ProfileClock(0))) {
      List<EncodedProfile> parts = bounded.encode(profile);
      long samples = 0;
      for (EncodedProfile part : parts) {
        assertTrue(part.uncompressedBytes() <= 8_192);
        assertEquals(gunzip(part).length, part.uncompressedBytes());
        samples += part.samples();
      }
      assertEquals(profile.totalSamples(), samples);
    }
  }

  @Test
  void aStackThatIsTooLargeAloneLosesFramesButNoSample() throws Exception {
    List<ProfileFrame> huge = new ArrayList<>();
    for (int i = 0; i < 200; i++) {
      huge.add(frame(("name" + i).repeat(10_000)));
    }
    StackProfile profile =
        new Profiles()
            .stack(1, frame("before"))
            .stack(5, huge)
            .stack(2, frame("after"), frame("before"))
            .build();
    long samples = 0;
    long value = 0;
    for (EncodedProfile part : encoder.encode(profile)) {
      assertTrue(part.uncompressedBytes() <= PprofLimits.PYROSCOPE.maxUncompressedBytes());
      samples += part.samples();
      value += reader.read(part.gzippedPprof()).total(0);
    }
    assertEquals(8, samples);
    assertEquals(8 * Profiles.PERIOD_NANOS, value);
  }

  @Test
  void aFrameThatNeverFitsBecomesAMarker() throws Exception {
    PprofLimits small = new PprofLimits(10, 4_096, 10, 65_535);
    StackProfile profile = new Profiles().stack(2, frame("n".repeat(60_000))).build();
    try (PprofEncoder bounded = new PprofEncoder(small, new ProfileClock(0))) {
      DecodedProfile decoded = reader.read(bounded.encode(profile).get(0).gzippedPprof());
      assertEquals(PprofEncoder.FRAMES_OMITTED, decoded.frame(0, 0));
      assertEquals(2 * Profiles.PERIOD_NANOS, decoded.total(0));
    }
  }

  @Test
  void aStackWithoutFramesIsVisible() throws Exception {
    DecodedProfile decoded =
        reader.read(one(new Profiles().stack(4, List.of()).build()).gzippedPprof());
    assertEquals(Map.of("[no frames]", 4 * Profiles.PERIOD_NANOS), decoded.collapse(0));
  }

  @Test
  void nothingCountedGivesNoProfile() {
    assertEquals(List.of(), encoder.encode(new Profiles().stack(0, frame("idle")).build()));
  }

  @Test
  void equalProfilesGiveEqualBytes() {
    StackProfile profile = Profiles.realistic(3, 100, 10).build();
    byte[] first =
        new PprofEncoder(PprofLimits.PYROSCOPE, new ProfileClock(0))
            .encode(profile)
            .get(0)
            .gzippedPprof();
    encoder.encode(Profiles.realistic(4, 2_000, 30).build());
    byte[] second =
        new PprofEncoder(PprofLimits.PYROSCOPE, new ProfileClock(0))
            .encode(profile)
            .get(0)
            .gzippedPprof();
    org.junit.jupiter.api.Assertions.assertArrayEquals(first, second);
  }

  private EncodedProfile one(StackProfile profile) {
    List<EncodedProfile> parts = encoder.encode(profile);
    assertEquals(1, parts.size());
    return parts.get(0);
  }

  private static Profile parse(EncodedProfile encoded) throws Exception {
    return Profile.parseFrom(gunzip(encoded));
  }

  private static byte[] gunzip(EncodedProfile encoded) throws Exception {
    try (var in = new GZIPInputStream(new ByteArrayInputStream(encoded.gzippedPprof()))) {
      return in.readAllBytes();
    }
  }

  private static ProfileFrame[] frames(DecodedProfile decoded) {
    ProfileFrame[] frames = new ProfileFrame[decoded.depth(0)];
    for (int i = 0; i < frames.length; i++) {
      frames[i] = decoded.frame(0, i);
    }
    return frames;
  }

  private static long nanos(Instant time) {
    return time.getEpochSecond() * 1_000_000_000 + time.getNano();
  }

  private static String text(Profile profile, long index) {
    String text = profile.getStringTable((int) index);
    assertEquals(text, new String(text.getBytes(StandardCharsets.UTF_8), StandardCharsets.UTF_8));
    return text;
  }
}
