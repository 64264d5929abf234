package io.nodeflame.collector.pprof;

import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import io.nodeflame.collector.profile.EncodedProfile;
import io.nodeflame.collector.profile.ProfileFrame;
import io.nodeflame.collector.profile.StackProfile;
import io.nodeflame.collector.proto.pprof.Function;
import io.nodeflame.collector.proto.pprof.Line;
import io.nodeflame.collector.proto.pprof.Location;
import io.nodeflame.collector.proto.pprof.Profile;
import io.nodeflame.collector.proto.pprof.Sample;
import java.lang.management.ManagementFactory;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Why the encoder writes its fields itself. */
class PprofAllocationTest {
  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

  @Test
  void allocatesLittleBesidesItsResult() {
    StackProfile profile = Profiles.realistic(11, 20_000, 25).build();
    try (PprofEncoder encoder = new PprofEncoder(PprofLimits.PYROSCOPE, new ProfileClock(0))) {
      encoder.encode(profile);
      long before = THREADS.getThreadAllocatedBytes(Thread.currentThread().getId());
      List<EncodedProfile> parts = encoder.encode(profile);
      long own = THREADS.getThreadAllocatedBytes(Thread.currentThread().getId()) - before;
      before = THREADS.getThreadAllocatedBytes(Thread.currentThread().getId());
      int size = withBuilders(profile).length;
      long builders = THREADS.getThreadAllocatedBytes(Thread.currentThread().getId()) - before;
      long bytes = parts.stream().mapToLong(p -> p.gzippedPprof().length).sum();
      long uncompressed = parts.stream().mapToLong(EncodedProfile::uncompressedBytes).sum();
      System.out.printf(
          "20,000 stacks of 25 frames: encoder %,d B allocated, builders %,d B for %,d B;"
              + " %,d B plain, %,d B gzipped, %.1f B a sample%n",
          own, builders, size, uncompressed, bytes, (double) bytes / profile.totalSamples());
      assertTrue(own < 8 << 20, own + " bytes allocated");
      assertTrue(own * 2 < builders, own + " against " + builders);
      assertTrue(bytes <= 15 * profile.totalSamples(), bytes + " bytes");
    }
  }

  /** The same samples through generated classes; no strings, no gzip: the least it can cost. */
  private static byte[] withBuilders(StackProfile profile) {
    Profile.Builder builder = Profile.newBuilder();
    for (int stack = 0; stack < profile.stackCount(); stack++) {
      Sample.Builder sample = Sample.newBuilder().addValue(profile.value(stack));
      for (int depth = 0; depth < profile.depth(stack); depth++) {
        sample.addLocationId(profile.frameIndex(stack, depth) + 1);
      }
      builder.addSample(sample);
    }
    int id = 0;
    for (ProfileFrame frame : profile.frames()) {
      id++;
      builder.addFunction(Function.newBuilder().setId(id).setName(frame.lines().size()));
      builder.addLocation(
          Location.newBuilder().setId(id).addLine(Line.newBuilder().setFunctionId(id)));
    }
    return builder.build().toByteArray();
  }
}
