package io.nodeflame.collector.record;

import io.nodeflame.collector.export.FlameTree;
import io.nodeflame.collector.export.FoldedText;
import io.nodeflame.collector.export.HtmlReport;
import io.nodeflame.collector.export.PprofFile;
import io.nodeflame.collector.pprof.CollapsedStacks;
import io.nodeflame.collector.profile.ProfileFrame;
import io.nodeflame.collector.profile.ProfileType;
import io.nodeflame.collector.profile.SeriesLabels;
import io.nodeflame.collector.profile.StackProfile;
import io.nodeflame.collector.profile.StackProfileConsumer;
import io.nodeflame.collector.web.RecordPage;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Sums the windows of a recording up into one profile. A recording of the whole host shows each
 * target as a root frame. Filled by the collecting thread, read after the pipeline was closed.
 */
public final class Recording implements StackProfileConsumer {
  private static final String TARGET_KIND = "target";

  private record Key(List<Integer> frames) {}

  private final boolean withTargets;
  private final Map<ProfileFrame, Integer> frameIndexes = new LinkedHashMap<>();
  private final List<ProfileFrame> frames = new ArrayList<>();
  private final Map<Key, long[]> countAndValue = new LinkedHashMap<>();
  private @Nullable Instant start;
  private Duration duration = Duration.ZERO;
  private Instant lastWindow = Instant.MIN;
  private long periodNanos;
  private long samples;

  /** Begins empty. */
  public Recording(boolean withTargets) {
    this.withTargets = withTargets;
  }

  @Override
  public synchronized void accept(StackProfile profile) {
    if (start == null) {
      start = profile.start();
    }
    if (!profile.start().equals(lastWindow)) {
      lastWindow = profile.start();
      duration = duration.plus(profile.duration());
    }
    periodNanos = profile.periodNanos();
    int target = withTargets ? indexOf(targetFrame(profile.labels())) : -1;
    for (int stack = 0; stack < profile.stackCount(); stack++) {
      List<Integer> indexes = new ArrayList<>(profile.depth(stack) + 1);
      for (int depth = 0; depth < profile.depth(stack); depth++) {
        indexes.add(indexOf(profile.frame(stack, depth)));
      }
      if (target >= 0) {
        indexes.add(target);
      }
      long[] sums = countAndValue.computeIfAbsent(new Key(indexes), key -> new long[2]);
      sums[0] += profile.sampleCount(stack);
      sums[1] += profile.value(stack);
      samples += profile.sampleCount(stack);
    }
  }

  private static ProfileFrame targetFrame(SeriesLabels labels) {
    return new ProfileFrame(
        TARGET_KIND, "", "", List.of(new ProfileFrame.Line(labels.serviceName(), "", 0)));
  }

  private int indexOf(ProfileFrame frame) {
    return frameIndexes.computeIfAbsent(
        frame,
        added -> {
          frames.add(added);
          return frames.size() - 1;
        });
  }

  public synchronized boolean isEmpty() {
    return samples == 0;
  }

  public synchronized long samples() {
    return samples;
  }

  /**
   * Returns when the file can be made: better to know before the recording than after it.
   *
   * @throws IOException with the reason
   */
  public static void requireWritable(Path file) throws IOException {
    Path directory = file.toAbsolutePath().getParent();
    if (directory == null || !Files.isDirectory(directory)) {
      throw new IOException("the directory of " + file + " does not exist");
    }
    if (!Files.isWritable(directory)) {
      throw new IOException("the directory of " + file + " cannot be written by this user");
    }
    if (Files.isDirectory(file)) {
      throw new IOException(file + " is a directory");
    }
  }

  /** Writes the file whole or not at all. */
  public synchronized void write(RecordFormat format, Path file, String title) throws IOException {
    StackProfile profile = profile();
    Path absolute = file.toAbsolutePath();
    // Not Files.createTempFile: the file's mode is the user's umask, as that of any other output.
    Path temporary =
        absolute.resolveSibling(
            "." + absolute.getFileName() + "." + ProcessHandle.current().pid() + ".tmp");
    try {
      try (OutputStream out =
          Files.newOutputStream(
              temporary, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
        switch (format) {
          case PPROF -> PprofFile.write(profile, out);
          case FOLDED -> FoldedText.write(CollapsedStacks.of(profile).asMap(), out);
          case HTML -> new HtmlReport(RecordPage::open).write(FlameTree.of(profile), title, out);
        }
      }
      Files.move(temporary, absolute, StandardCopyOption.REPLACE_EXISTING);
    } finally {
      Files.deleteIfExists(temporary);
    }
  }

  private StackProfile profile() {
    int[] starts = new int[countAndValue.size() + 1];
    long[] counts = new long[countAndValue.size()];
    long[] values = new long[countAndValue.size()];
    int[] indexes = new int[256];
    int stack = 0;
    for (Map.Entry<Key, long[]> entry : countAndValue.entrySet()) {
      List<Integer> stackFrames = entry.getKey().frames();
      int end = starts[stack] + stackFrames.size();
      if (end > indexes.length) {
        indexes = Arrays.copyOf(indexes, 2 * end);
      }
      for (int i = 0; i < stackFrames.size(); i++) {
        indexes[starts[stack] + i] = stackFrames.get(i);
      }
      counts[stack] = entry.getValue()[0];
      values[stack] = entry.getValue()[1];
      starts[++stack] = end;
    }
    Instant begin = start;
    return new StackProfile(
        ProfileType.CPU,
        SeriesLabels.of(Map.of(SeriesLabels.SERVICE_NAME, "nodeflame-record")),
        begin == null ? Instant.EPOCH : begin,
        duration,
        periodNanos,
        frames,
        indexes,
        starts,
        counts,
        values);
  }
}
