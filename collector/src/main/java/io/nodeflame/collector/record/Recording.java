package io.nodeflame.collector.record;

import io.nodeflame.collector.export.FlameTree;
import io.nodeflame.collector.export.FoldedText;
import io.nodeflame.collector.export.HtmlReport;
import io.nodeflame.collector.export.PprofFile;
import io.nodeflame.collector.pprof.CollapsedStacks;
import io.nodeflame.collector.pprof.MainProgram;
import io.nodeflame.collector.profile.ProfileFrame;
import io.nodeflame.collector.profile.ProfileType;
import io.nodeflame.collector.profile.SeriesLabels;
import io.nodeflame.collector.profile.StackProfile;
import io.nodeflame.collector.profile.StackProfileConsumer;
import io.nodeflame.collector.web.RecordPage;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Sums the windows of a recording up, target by target. A recording of the whole host shows each
 * target as a root frame, where the format has no labels. Filled by the collecting thread, read
 * after the pipeline was closed.
 */
public final class Recording implements StackProfileConsumer {
  private static final String TARGET_KIND = "target";
  private static final int NO_FRAME = -1;

  private final boolean ofWholeHost;
  private final Map<ProfileFrame, Integer> frameIndexes = new HashMap<>();
  private final List<ProfileFrame> frames = new ArrayList<>();
  private final Map<SeriesLabels, Map<List<Integer>, Sums>> targets = new LinkedHashMap<>();
  private long periodNanos;
  private long samples;

  /** Of one stack, given by its frames, leaf first. */
  private static final class Sums {
    private long samples;
    private long value;
  }

  /**
   * What a file says of the recording as a whole.
   *
   * @param start UTC
   * @param length that was recorded, with or without samples
   * @param program the file that all recorded processes run, if it is one
   */
  public record About(String title, Instant start, Duration length, Optional<String> program) {}

  /** Begins empty. */
  public Recording(boolean ofWholeHost) {
    this.ofWholeHost = ofWholeHost;
  }

  @Override
  public synchronized void accept(StackProfile profile) {
    periodNanos = Math.max(periodNanos, profile.periodNanos()); // as google/pprof merges them
    Map<List<Integer>, Sums> stacks =
        targets.computeIfAbsent(profile.labels(), added -> new LinkedHashMap<>());
    for (int stack = 0; stack < profile.stackCount(); stack++) {
      List<Integer> indexes = new ArrayList<>(profile.depth(stack));
      for (int depth = 0; depth < profile.depth(stack); depth++) {
        indexes.add(indexOf(profile.frame(stack, depth)));
      }
      Sums sums = stacks.computeIfAbsent(indexes, added -> new Sums());
      sums.samples += profile.sampleCount(stack);
      sums.value += profile.value(stack);
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
    if (file.equals(RecordFormat.STANDARD_OUTPUT)) {
      return;
    }
    Path directory = file.toAbsolutePath().getParent();
    if (directory == null || !Files.isDirectory(directory)) {
      throw new IOException("the directory of " + file + " does not exist");
    }
    if (isWrittenInto(file)) {
      if (!Files.isWritable(file)) {
        throw new IOException(file + " cannot be written by this user");
      }
      return;
    }
    if (!Files.isWritable(directory)) {
      throw new IOException("the directory of " + file + " cannot be written by this user");
    }
    if (Files.isDirectory(file)) {
      throw new IOException(file + " is a directory");
    }
    // Only a try tells it of file systems such as /proc.
    Path temporary = temporary(file);
    try {
      Files.createFile(temporary);
      Files.delete(temporary);
    } catch (IOException e) {
      throw new IOException("no file can be made in the directory of " + file, e);
    }
  }

  private static Path temporary(Path file) {
    Path absolute = file.toAbsolutePath();
    return absolute.resolveSibling(
        "." + absolute.getFileName() + "." + ProcessHandle.current().pid() + ".tmp");
  }

  /** A FIFO or a device stays what it is. */
  private static boolean isWrittenInto(Path file) {
    return Files.exists(file) && !Files.isRegularFile(file) && !Files.isDirectory(file);
  }

  /**
   * Writes the file whole or not at all. Into a FIFO or a device it writes, and waits for a reader.
   */
  public synchronized void write(RecordFormat format, Path file, About about) throws IOException {
    try {
      place(format, file, about);
    } catch (FileSystemException e) {
      throw e; // it names the file
    } catch (IOException e) {
      throw new IOException(file + " cannot be written: " + e.getMessage(), e);
    }
  }

  private void place(RecordFormat format, Path file, About about) throws IOException {
    if (file.equals(RecordFormat.STANDARD_OUTPUT)) {
      try (OutputStream out = new FileOutputStream(FileDescriptor.out)) {
        write(format, about, out);
      }
      return;
    }
    if (isWrittenInto(file)) {
      try (OutputStream out = Files.newOutputStream(file, StandardOpenOption.WRITE)) {
        write(format, about, out);
      }
      return;
    }
    Path absolute = file.toAbsolutePath();
    // Not Files.createTempFile: the file's mode is the user's umask, as that of any other output.
    Path temporary = temporary(file);
    try {
      try (OutputStream out =
          Files.newOutputStream(
              temporary, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
        write(format, about, out);
      }
      Files.move(temporary, absolute, StandardCopyOption.REPLACE_EXISTING);
    } finally {
      Files.deleteIfExists(temporary);
    }
  }

  private void write(RecordFormat format, About about, OutputStream out) throws IOException {
    switch (format) {
      case PPROF -> writePprof(about, out);
      case FOLDED -> writeFolded(about, out);
      case HTML -> writeHtml(about, out);
    }
  }

  private void writePprof(About about, OutputStream out) throws IOException {
    List<StackProfile> profiles = new ArrayList<>();
    for (SeriesLabels labels : targets.keySet()) {
      profiles.add(profile(labels, NO_FRAME, about));
    }
    if (profiles.isEmpty()) {
      throw new IOException("no samples were taken");
    }
    Optional<ProfileFrame> program =
        about
            .program()
            .map(path -> MainProgram.of(path, frames))
            .or(() -> ofWholeHost ? Optional.empty() : MainProgram.only(frames));
    PprofFile.write(profiles, program, out);
  }

  private void writeFolded(About about, OutputStream out) throws IOException {
    CollapsedStacks stacks = new CollapsedStacks();
    for (SeriesLabels labels : targets.keySet()) {
      stacks.add(profile(labels, root(labels), about));
    }
    FoldedText.write(stacks.asMap(), out);
  }

  private void writeHtml(About about, OutputStream out) throws IOException {
    FlameTree tree = new FlameTree();
    for (SeriesLabels labels : targets.keySet()) {
      tree.add(profile(labels, root(labels), about));
    }
    new HtmlReport(RecordPage::open).write(tree, about.title(), out);
  }

  private int root(SeriesLabels labels) {
    return ofWholeHost ? indexOf(targetFrame(labels)) : NO_FRAME;
  }

  /** One target's stacks, each with one more frame at its root unless that is none. */
  private StackProfile profile(SeriesLabels labels, int root, About about) {
    Map<List<Integer>, Sums> stacks = targets.getOrDefault(labels, Map.of());
    int[] starts = new int[stacks.size() + 1];
    long[] counts = new long[stacks.size()];
    long[] values = new long[stacks.size()];
    int[] indexes = new int[256];
    int stack = 0;
    int end = 0;
    for (Map.Entry<List<Integer>, Sums> entry : stacks.entrySet()) {
      int most = end + entry.getKey().size() + 1;
      if (most > indexes.length) {
        indexes = Arrays.copyOf(indexes, 2 * most);
      }
      for (int frame : entry.getKey()) {
        indexes[end++] = frame;
      }
      if (root != NO_FRAME) {
        indexes[end++] = root;
      }
      counts[stack] = entry.getValue().samples;
      values[stack] = entry.getValue().value;
      starts[++stack] = end;
    }
    return new StackProfile(
        ProfileType.CPU,
        labels,
        about.start(),
        about.length(),
        periodNanos,
        frames,
        indexes,
        starts,
        counts,
        values);
  }
}
