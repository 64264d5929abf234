package io.nodeflame.collector.truth;

import io.nodeflame.collector.profile.EncodedProfile;
import io.nodeflame.collector.profile.ProfileSink;
import io.nodeflame.collector.proto.pprof.Function;
import io.nodeflame.collector.proto.pprof.Line;
import io.nodeflame.collector.proto.pprof.Location;
import io.nodeflame.collector.proto.pprof.Mapping;
import io.nodeflame.collector.proto.pprof.Profile;
import io.nodeflame.collector.proto.pprof.Sample;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.GZIPInputStream;

/** Keeps what the pipeline delivers, and reads it with the classes generated from pprof.proto. */
final class DeliveredProfiles implements ProfileSink {
  private final List<EncodedProfile> profiles = new ArrayList<>();

  @Override
  public String name() {
    return "test";
  }

  @Override
  public synchronized void accept(EncodedProfile profile) {
    profiles.add(profile);
  }

  synchronized List<EncodedProfile> all() {
    return List.copyOf(profiles);
  }

  /** Samples that the profiles claim to hold. */
  synchronized long samples() {
    return profiles.stream().mapToLong(EncodedProfile::samples).sum();
  }

  /** All stacks of a service; none when it was never sampled. */
  synchronized ServiceStacks ofService(String service) {
    List<SampledStack> stacks = new ArrayList<>();
    long period = 0;
    for (EncodedProfile encoded : profiles) {
      if (encoded.labels().serviceName().equals(service)) {
        Profile profile = parse(encoded);
        period = profile.getPeriod();
        stacks.addAll(stacks(profile));
      }
    }
    return new ServiceStacks(service, stacks, Math.max(1, period));
  }

  /** Values of all profiles. */
  synchronized Map<String, Long> nanosByService() {
    Map<String, Long> sums = new HashMap<>();
    for (EncodedProfile encoded : profiles) {
      long sum = parse(encoded).getSampleList().stream().mapToLong(s -> s.getValue(0)).sum();
      sums.merge(encoded.labels().serviceName(), sum, Long::sum);
    }
    return sums;
  }

  private static Profile parse(EncodedProfile encoded) {
    try (var in = new GZIPInputStream(new ByteArrayInputStream(encoded.gzippedPprof()))) {
      return Profile.parseFrom(in);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static List<SampledStack> stacks(Profile profile) {
    Map<Long, Function> functions = new HashMap<>();
    profile.getFunctionList().forEach(function -> functions.put(function.getId(), function));
    Map<Long, Location> locations = new HashMap<>();
    profile.getLocationList().forEach(location -> locations.put(location.getId(), location));
    Map<Long, Mapping> mappings = new HashMap<>();
    profile.getMappingList().forEach(mapping -> mappings.put(mapping.getId(), mapping));
    List<SampledStack> stacks = new ArrayList<>();
    for (Sample sample : profile.getSampleList()) {
      List<String> frames = new ArrayList<>();
      List<String> kinds = new ArrayList<>();
      List<String> places = new ArrayList<>();
      for (long id : sample.getLocationIdList()) {
        Location location = locations.get(id);
        long file = mappings.get(location.getMappingId()).getFilename();
        for (Line line : location.getLineList()) {
          Function function = functions.get(line.getFunctionId());
          frames.add(profile.getStringTable((int) function.getName()));
          kinds.add(kind(profile.getStringTable((int) file)));
          String source = profile.getStringTable((int) function.getFilename());
          places.add(source + ":" + line.getLine());
        }
      }
      Collections.reverse(frames);
      Collections.reverse(kinds);
      Collections.reverse(places);
      stacks.add(new SampledStack(frames, kinds, places, sample.getValue(0)));
    }
    return stacks;
  }

  /** The kind is the bracketed end of the mapping's name. */
  private static String kind(String mapping) {
    int open = mapping.lastIndexOf('[');
    return open < 0 || !mapping.endsWith("]")
        ? ""
        : mapping.substring(open + 1, mapping.length() - 1);
  }
}
