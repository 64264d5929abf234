package io.nodeflame.collector.record;

import static io.nodeflame.collector.pprof.Profiles.PERIOD_NANOS;
import static io.nodeflame.collector.pprof.Profiles.frame;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nodeflame.collector.pprof.DecodedProfile;
import io.nodeflame.collector.pprof.PprofReader;
import io.nodeflame.collector.pprof.Profiles;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class RecordingTest {
  private static final Instant START = Instant.parse("2026-08-01T10:00:00Z");
  private static final Recording.About ABOUT =
      new Recording.About("a title", START, Duration.ofSeconds(60), Optional.empty());

  @TempDir Path dir;

  private static Recording recording(boolean ofWholeHost) {
    Recording recording = new Recording(ofWholeHost);
    for (int window = 1; window <= 2; window++) {
      Instant end = START.plusSeconds(15L * window);
      recording.accept(
          new Profiles()
              .end(end)
              .labels(Map.of("service_name", "shop"))
              .stack(3, frame("work"), frame("main"))
              .build());
      recording.accept(
          new Profiles()
              .end(end)
              .labels(Map.of("service_name", "cart"))
              .stack(1, frame("work"), frame("main"))
              .build());
    }
    return recording;
  }

  private Path written(Recording recording, RecordFormat format) throws IOException {
    Path file = dir.resolve("out");
    recording.write(format, file, ABOUT);
    return file;
  }

  /** Where a directory may be written by its mode, and is not. */
  @Test
  void aPlaceWhereNoFileCanBeMadeIsRefusedBefore() {
    assertThrows(IOException.class, () -> Recording.requireWritable(Path.of("/proc/self/x.html")));
  }

  @Test
  void foldedLinesAreNanosecondsBelowTheirTarget() throws Exception {
    Recording recording = recording(true);
    assertEquals(8, recording.samples());
    assertEquals(
        List.of("cart;main;work " + 2 * PERIOD_NANOS, "shop;main;work " + 6 * PERIOD_NANOS),
        Files.readAllLines(written(recording, RecordFormat.FOLDED)));
  }

  @Test
  void selectedProcessesHaveNoTargetAsRoot() throws Exception {
    assertEquals(
        List.of("main;work " + 8 * PERIOD_NANOS),
        Files.readAllLines(written(recording(false), RecordFormat.FOLDED)));
  }

  @Test
  void pprofIsNanosecondsOverTheWholeTimeWithoutRoots() throws Exception {
    DecodedProfile profile =
        new PprofReader(PprofReader.Bounds.FILE)
            .read(Files.readAllBytes(written(recording(true), RecordFormat.PPROF)));
    assertEquals(
        List.of(new DecodedProfile.ValueType("cpu", "nanoseconds")), profile.sampleTypes());
    assertEquals(new DecodedProfile.ValueType("cpu", "nanoseconds"), profile.periodType());
    assertEquals(PERIOD_NANOS, profile.period());
    assertEquals(Map.of("main;work", 8 * PERIOD_NANOS), profile.collapse(0));
    assertEquals(2, profile.stackCount()); // one a target
    // Also the time in which nothing ran: otherwise an idle process looks busy.
    assertEquals(Duration.ofSeconds(60).toNanos(), profile.durationNanos());
  }

  @Test
  void pageHasTheTargetsAsRoots() throws Exception {
    String page = Files.readString(written(recording(true), RecordFormat.HTML));
    assertTrue(page.contains("a title"));
    assertTrue(page.contains("{\"name\":\"shop\",\"value\":" + 6 * PERIOD_NANOS), "no shop");
  }

  @Test
  void aFifoIsWrittenIntoAndStays() throws Exception {
    Path fifo = dir.resolve("out");
    assertEquals(0, new ProcessBuilder("mkfifo", fifo.toString()).start().waitFor());
    Recording.requireWritable(fifo);
    Process reader = new ProcessBuilder("cat", fifo.toString()).start();
    try (BufferedReader lines = reader.inputReader()) {
      written(recording(false), RecordFormat.FOLDED);
      assertEquals("main;work " + 8 * PERIOD_NANOS, lines.readLine());
      assertNull(lines.readLine());
    } finally {
      reader.destroyForcibly();
    }
    assertTrue(Files.readAttributes(fifo, BasicFileAttributes.class).isOther());
    try (Stream<Path> files = Files.list(dir)) {
      assertEquals(List.of(fifo), files.toList());
    }
  }

  @Test
  void emptyRecordingIsNotWritten() {
    Recording empty = new Recording(true);
    assertTrue(empty.isEmpty());
    assertThrows(IOException.class, () -> written(empty, RecordFormat.PPROF));
    assertFalse(Files.exists(dir.resolve("out")));
  }
}
