package io.nodeflame.collector.export;

import io.nodeflame.collector.pprof.PprofEncoder;
import io.nodeflame.collector.pprof.PprofLimits;
import io.nodeflame.collector.pprof.ProfileClock;
import io.nodeflame.collector.profile.EncodedProfile;
import io.nodeflame.collector.profile.ProfileFrame;
import io.nodeflame.collector.profile.StackProfile;
import java.io.IOException;
import java.io.OutputStream;
import java.util.List;
import java.util.Optional;

/** Writes one gzipped pprof file, for {@code go tool pprof} and every other reader. */
public final class PprofFile {
  /** A file is for one reader: it is not split where a server would want it. */
  private static final PprofLimits LIMITS =
      new PprofLimits(5_000_000, 200 << 20, PprofLimits.PYROSCOPE.maxFrames(), 65_535);

  private PprofFile() {}

  /**
   * Writes the profiles of all targets as one; the stream stays open. Values are CPU time in
   * nanoseconds. Each sample has the labels of its target, for {@code -tags} and {@code -tagroot}.
   *
   * @param program a frame of the program that all of it is about, if there is one: {@code File:}
   * @throws IOException also when there is nothing to write, or too much for one file
   */
  public static void write(
      List<StackProfile> profiles, Optional<ProfileFrame> program, OutputStream out)
      throws IOException {
    try (PprofEncoder encoder = new PprofEncoder(LIMITS, new ProfileClock())) {
      EncodedProfile encoded =
          encoder
              .encodeTogether(profiles, program)
              .orElseThrow(() -> new IOException("no samples were taken"));
      out.write(encoded.gzippedPprof());
    }
  }
}
