package io.nodeflame.collector.export;

import io.nodeflame.collector.pprof.PprofEncoder;
import io.nodeflame.collector.pprof.PprofLimits;
import io.nodeflame.collector.pprof.ProfileClock;
import io.nodeflame.collector.profile.EncodedProfile;
import io.nodeflame.collector.profile.StackProfile;
import java.io.IOException;
import java.io.OutputStream;
import java.util.List;

/** Writes one gzipped pprof file, for {@code go tool pprof} and every other reader. */
public final class PprofFile {
  /** A file is for one reader: it is not split where a server would want it. */
  private static final PprofLimits LIMITS =
      new PprofLimits(5_000_000, 200 << 20, PprofLimits.PYROSCOPE.maxFrames(), 65_535);

  private PprofFile() {}

  /**
   * Writes the profile; the stream stays open.
   *
   * @throws IOException also when the profile is too large for one file
   */
  public static void write(StackProfile profile, OutputStream out) throws IOException {
    try (PprofEncoder encoder = new PprofEncoder(LIMITS, new ProfileClock())) {
      List<EncodedProfile> parts = encoder.encode(profile);
      if (parts.size() != 1) {
        throw new IOException(
            parts.isEmpty() ? "no samples were taken" : "too many stacks for one file");
      }
      out.write(parts.get(0).gzippedPprof());
    }
  }
}
