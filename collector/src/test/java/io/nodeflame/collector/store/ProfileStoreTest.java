package io.nodeflame.collector.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nodeflame.collector.pprof.Gunzip;
import io.nodeflame.collector.profile.EncodedProfile;
import io.nodeflame.collector.profile.ProfileType;
import io.nodeflame.collector.profile.SeriesLabels;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ProfileStoreTest {
  private static final Instant START = Instant.parse("2026-03-01T12:00:00Z");
  private static final Duration LIMIT = Duration.ofSeconds(30);
  private static final TimeRange ALL =
      new TimeRange(
          START.minusSeconds(100_000).toEpochMilli(), START.plusSeconds(100_000).toEpochMilli());

  @TempDir Path dir;
  private final MovableClock clock = new MovableClock(START);

  private StoreConfig config() {
    return config(64 << 20);
  }

  private StoreConfig config(long maxBytes) {
    return new StoreConfig(dir, Duration.ofHours(1), maxBytes);
  }

  private static CallTree tree(ProfileStore store, String selector, TimeRange range)
      throws IOException, TimeoutException {
    CallTree tree = new CallTree(10_000, 1);
    store.queries().merge(ProfileType.CPU.id(), Selector.parse(selector), range, tree, 0, LIMIT);
    tree.sumUp();
    return tree;
  }

  private static void assertAdds(StoreAccounts accounts) {
    long dropped = accounts.droppedSamples().values().stream().mapToLong(Long::longValue).sum();
    assertEquals(
        accounts.acceptedSamples() + accounts.reopenedSamples(),
        accounts.storedSamples() + dropped,
        accounts.toString());
  }

  @Test
  void mergedSumIsPushedSum() throws Exception {
    try (ProfileStore store = ProfileStore.open(config(), clock)) {
      Random random = new Random(7);
      long pushed = 0;
      for (int i = 0; i < 50; i++) {
        long value = random.nextInt(1_000_000);
        pushed += value + 5;
        store.accept(
            PprofFixture.encoded(
                START.plusNanos(i),
                PprofFixture.service("s" + i % 3),
                "main;work" + i % 4 + " " + value,
                "main;idle 5"));
      }
      CallTree tree = tree(store, "{}", ALL);
      assertEquals(pushed, tree.total(CallTree.ROOT, 0));
      assertEquals("main", tree.name(tree.children(CallTree.ROOT)[0]));
      assertEquals(5, tree.children(tree.children(CallTree.ROOT)[0]).length);
      assertEquals(50, store.accounts().storedProfiles());
      assertAdds(store.accounts());
    }
  }

  @Test
  void inlinedFunctionsAreNodesWithTheKindOfTheirMapping() throws Exception {
    try (ProfileStore store = ProfileStore.open(config(), clock)) {
      store.accept(
          PprofFixture.encoded(
              START,
              PprofFixture.service("a"),
              "main;inner+outer@/usr/bin/x [go];read@[kernel] 9"));
      CallTree tree = tree(store, "{}", ALL);
      int main = tree.children(CallTree.ROOT)[0];
      int outer = tree.children(main)[0];
      int inner = tree.children(outer)[0];
      int read = tree.children(inner)[0];
      assertEquals(
          List.of("native main", "go outer", "go inner", "kernel read"),
          List.of(main, outer, inner, read).stream()
              .map(node -> tree.kind(node) + " " + tree.name(node))
              .toList());
      assertEquals(9, tree.self(read, 0));
    }
  }

  @Test
  void selectorsChooseSeries() throws Exception {
    try (ProfileStore store = ProfileStore.open(config(), clock)) {
      store.accept(PprofFixture.encoded(START, Map.of("service_name", "a", "pod", "a-1"), "m 1"));
      store.accept(PprofFixture.encoded(START, Map.of("service_name", "a", "pod", "a-2"), "m 10"));
      store.accept(PprofFixture.encoded(START, Map.of("service_name", "b"), "m 100"));
      assertEquals(11, tree(store, "{service_name=\"a\"}", ALL).total(0, 0));
      assertEquals(100, tree(store, "{service_name!=\"a\"}", ALL).total(0, 0));
      assertEquals(11, tree(store, "{pod=~\"a-.\"}", ALL).total(0, 0));
      assertEquals(110, tree(store, "{pod!~\"a-1|c.*\"}", ALL).total(0, 0));
      assertEquals(100, tree(store, "{pod=\"\"}", ALL).total(0, 0));
      assertEquals(0, tree(store, "{service_name=\"c\"}", ALL).total(0, 0));
      assertEquals(Set.of("a-1", "a-2"), store.queries().labelValues("pod", Selector.ALL, ALL));
      assertTrue(
          store.queries().labelNames(Selector.ALL, ALL).containsAll(Set.of("pod", "service_name")));
      assertEquals(Set.of(ProfileType.CPU.id()), store.queries().profileTypes(ALL));
      assertEquals(
          Set.of(
              new TreeMap<>(Map.of("service_name", "a")),
              new TreeMap<>(Map.of("service_name", "b"))),
          Set.copyOf(store.queries().series(Selector.ALL, List.of("service_name"), ALL)));
    }
  }

  @Test
  void rangeIncludesBothEnds() throws Exception {
    try (ProfileStore store = ProfileStore.open(config(), clock)) {
      for (int i = 0; i < 5; i++) {
        store.accept(PprofFixture.encoded(START.plusSeconds(i), PprofFixture.service("a"), "m 1"));
      }
      long from = START.plusSeconds(1).toEpochMilli();
      assertEquals(3, tree(store, "{}", new TimeRange(from, from + 2000)).total(0, 0));
      assertEquals(2, tree(store, "{}", new TimeRange(from + 1, from + 2000)).total(0, 0));
    }
  }

  @Test
  void pointsHoldWhatCameSinceTheStepBefore() throws Exception {
    try (ProfileStore store = ProfileStore.open(config(), clock)) {
      for (int i = 1; i <= 4; i++) {
        store.accept(
            PprofFixture.encoded(START.plusSeconds(5L * i), PprofFixture.service("a"), "m " + i));
      }
      store.accept(PprofFixture.encoded(START.plusSeconds(5), PprofFixture.service("b"), "m 7"));
      long from = START.toEpochMilli();
      List<SeriesPoints> points =
          store
              .queries()
              .points(
                  ProfileType.CPU.id(),
                  Selector.ALL,
                  new TimeRange(from, from + 20_000),
                  10_000,
                  List.of("service_name"),
                  LIMIT);
      assertEquals(
          List.of(
              new SeriesPoints(
                  new TreeMap<>(Map.of("service_name", "a")),
                  new TreeMap<>(Map.of(from + 10_000, 3L, from + 20_000, 7L))),
              new SeriesPoints(
                  new TreeMap<>(Map.of("service_name", "b")),
                  new TreeMap<>(Map.of(from + 10_000, 7L)))),
          points);
    }
  }

  @Test
  void longWindowIsSpreadOverItsOwnTime() throws Exception {
    try (ProfileStore store = ProfileStore.open(config(), clock)) {
      store.accept(
          PprofFixture.encoded(
              START.plusSeconds(25), Duration.ofSeconds(20), PprofFixture.service("a"), "m 200"));
      long from = START.toEpochMilli();
      assertEquals(
          Map.of(from + 10_000, 50L, from + 20_000, 100L, from + 30_000, 50L),
          values(store, new TimeRange(from, from + 30_000)));
      // It ends behind this range, and has a part in it all the same.
      assertEquals(Map.of(from + 10_000, 50L), values(store, new TimeRange(from, from + 10_000)));
      assertEquals(Map.of(), values(store, new TimeRange(from + 30_000, from + 40_000)));
    }
    try (ProfileStore again = ProfileStore.open(config(), clock)) {
      long from = START.toEpochMilli();
      assertEquals(Map.of(from + 10_000, 50L), values(again, new TimeRange(from, from + 10_000)));
    }
  }

  private static Map<Long, Long> values(ProfileStore store, TimeRange range) throws Exception {
    List<SeriesPoints> points =
        store.queries().points(ProfileType.CPU.id(), Selector.ALL, range, 10_000, List.of(), LIMIT);
    return points.isEmpty() ? Map.of() : points.get(0).values();
  }

  @Test
  void coveredTimeIsThatOfAllSeriesWithoutItsLongGaps() throws Exception {
    try (ProfileStore store = ProfileStore.open(config(), clock)) {
      Duration window = Duration.ofSeconds(5);
      clock.move(Duration.ofMinutes(10));
      for (int end : new int[] {5, 10, 60, 119, 300}) {
        store.accept(
            PprofFixture.encoded(
                START.plusSeconds(end), window, PprofFixture.service("s" + end), "m 1"));
      }
      long from = START.toEpochMilli();
      TimeRange range = new TimeRange(from + 2_000, from + 298_000);
      assertEquals(
          List.of(
              new TimeRange(from + 2_000, from + 119_000),
              new TimeRange(from + 295_000, from + 298_000)),
          store.queries().covered(ProfileType.CPU.id(), range, LIMIT));
      assertEquals(List.of(), store.queries().covered("a:b:c:d:e", range, LIMIT));
    }
  }

  @Test
  void profilesOfOneMillisecondAreAllKept() throws Exception {
    try (ProfileStore store = ProfileStore.open(config(), clock)) {
      for (int i = 0; i < 300; i++) {
        store.accept(PprofFixture.encoded(START.plusNanos(i), PprofFixture.service("a"), "m 1"));
      }
      assertEquals(300, tree(store, "{}", ALL).total(0, 0));
    }
  }

  @Test
  void oldProfilesGoAndAreCounted() throws Exception {
    try (ProfileStore store = ProfileStore.open(config(), clock)) {
      store.accept(PprofFixture.encoded(START, PprofFixture.service("old"), "m 1", "n 1"));
      clock.move(Duration.ofMinutes(59));
      store.accept(PprofFixture.encoded(clock.instant(), PprofFixture.service("new"), "m 4"));
      assertEquals(6, tree(store, "{}", ALL).total(0, 0));
      clock.move(Duration.ofMinutes(2));
      store.flush();
      assertEquals(4, tree(store, "{}", ALL).total(0, 0));
      assertEquals(2, store.accounts().droppedSamples().get(DropReason.RETENTION));
      assertEquals(1, store.accounts().series());
      store.accept(PprofFixture.encoded(START, PprofFixture.service("late"), "m 1"));
      store.accept(
          PprofFixture.encoded(
              clock.instant().plusSeconds(3600), PprofFixture.service("future"), "m 1"));
      assertEquals(3, store.accounts().droppedSamples().get(DropReason.RETENTION));
      assertEquals(1, store.accounts().droppedSamples().get(DropReason.TIME));
      assertAdds(store.accounts());
    }
  }

  @Test
  void fileStaysWithinItsSize() throws Exception {
    long max = 4 << 20;
    try (ProfileStore store = ProfileStore.open(config(max), clock)) {
      for (int i = 0; i < 2000; i++) {
        store.accept(noisy(i, 12_000));
        if (i % 20 == 19) {
          store.flush();
          assertTrue(
              Files.size(dir.resolve("profiles.mv")) <= max,
              i + ": " + Files.size(dir.resolve("profiles.mv")));
        }
      }
      StoreAccounts accounts = store.accounts();
      assertTrue(accounts.droppedSamples().get(DropReason.SIZE) > 1000, accounts.toString());
      // More than a third of the room holds profiles.
      assertTrue(accounts.storedProfileBytes() > max / 3, accounts.toString());
      assertAdds(accounts);
      assertEquals(accounts.storedSamples(), tree(store, "{}", ALL).total(0, 0));
    }
  }

  /** A profile that gzip cannot make small. */
  private static EncodedProfile noisy(int i, int bytes) {
    Random random = new Random(i);
    StringBuilder name = new StringBuilder();
    while (name.length() < bytes) {
      name.append(Long.toString(random.nextLong() & Long.MAX_VALUE, 36));
    }
    return PprofFixture.encoded(
        START.plusMillis(i), PprofFixture.service("s" + i % 7), "main;" + name + " 1");
  }

  @Test
  void profilesAreThereAfterReopening() throws Exception {
    try (ProfileStore store = ProfileStore.open(config(), clock)) {
      store.accept(PprofFixture.encoded(START, PprofFixture.service("a"), "m 3"));
    }
    try (ProfileStore store = ProfileStore.open(config(), clock)) {
      store.accept(PprofFixture.encoded(START.plusNanos(1), PprofFixture.service("a"), "m 4"));
      store.accept(PprofFixture.encoded(START.plusNanos(1), PprofFixture.service("b"), "m 5"));
      assertEquals(12, tree(store, "{}", ALL).total(0, 0));
      assertEquals(7, tree(store, "{service_name=\"a\"}", ALL).total(0, 0));
      assertEquals(1, store.accounts().reopenedSamples());
      assertEquals(2, store.accounts().series());
      assertAdds(store.accounts());
    }
  }

  @Test
  void flushedProfilesSurviveKill() throws Exception {
    Process writer = writer(0);
    int flushed = 0;
    try (var lines = writer.inputReader()) {
      while (flushed < 500) {
        String line = lines.readLine();
        flushed = Integer.parseInt(String.valueOf(line).split(" ", -1)[0]);
      }
      // SIGKILL, in the middle of whatever it writes.
      kill(writer);
    }
    try (ProfileStore store = ProfileStore.open(config(), new MovableClock(StoreWriter.START))) {
      long stored = store.accounts().storedProfiles();
      assertTrue(stored >= flushed, stored + " of " + flushed);
      assertEquals(stored, tree(store, "{}", StoreWriter.RANGE).total(0, 0));
      assertFalse(Files.exists(dir.resolve("profiles.mv.damaged")));
    }
  }

  @Test
  void damagedFileIsMovedAside() throws Exception {
    byte[] noise = new byte[50_000];
    new Random(3).nextBytes(noise);
    Files.write(dir.resolve("profiles.mv"), noise);
    try (ProfileStore store = ProfileStore.open(config(), clock)) {
      assertTrue(Files.exists(dir.resolve("profiles.mv.damaged")));
      store.accept(PprofFixture.encoded(START, PprofFixture.service("a"), "m 3"));
      assertEquals(3, tree(store, "{}", ALL).total(0, 0));
    }
  }

  @Test
  void flippedBytesNeverStopTheStore() throws Exception {
    try (ProfileStore store = ProfileStore.open(config(), clock)) {
      for (int i = 0; i < 40; i++) {
        store.accept(noisy(i, 3000));
      }
    }
    byte[] good = Files.readAllBytes(dir.resolve("profiles.mv"));
    Random random = new Random(11);
    long end = System.nanoTime() + Duration.ofSeconds(2).toNanos();
    int opened = 0;
    while (System.nanoTime() < end && opened < 60) {
      byte[] bad = good.clone();
      for (int flips = 0; flips < 8; flips++) {
        bad[random.nextInt(bad.length)] ^= (byte) (1 + random.nextInt(255));
      }
      Files.write(dir.resolve("profiles.mv"), bad);
      try (ProfileStore store = ProfileStore.open(config(), clock)) {
        try {
          tree(store, "{}", ALL);
        } catch (IOException e) {
          // A damaged profile is a reason, not a crash.
          assertFalse(String.valueOf(e.getMessage()).isEmpty());
        }
        store.accept(PprofFixture.encoded(START, PprofFixture.service("after"), "m 3"));
        assertAdds(store.accounts());
      }
      opened++;
    }
    assertTrue(opened > 5, "opened " + opened);
  }

  @Test
  void unreadableProfilesAreRefused() throws Exception {
    try (ProfileStore store = ProfileStore.open(config(), clock)) {
      SeriesLabels labels = SeriesLabels.of(PprofFixture.service("a"));
      byte[] bomb = PprofFixture.gzip(new byte[PprofTables.MAX_BYTES + 1]);
      for (byte[] bytes : List.of(new byte[0], new byte[] {1, 2, 3}, bomb)) {
        store.accept(new EncodedProfile(ProfileType.CPU, labels, START, bytes, 1, 2));
      }
      assertEquals(6, store.accounts().droppedSamples().get(DropReason.MALFORMED));
      assertEquals(0, store.accounts().storedProfiles());
      assertAdds(store.accounts());
    }
  }

  @Test
  void mutatedProfilesAreReadOrRefused() throws Exception {
    byte[] good = PprofFixture.gzipped("main;a+b;read@[kernel] 5", "main;c 7", "main;c;d@x [go] 2");
    byte[] plain = Gunzip.unpack(good, 1 << 20);
    Random random = new Random(5);
    int refused = 0;
    for (int i = 0; i < 20_000; i++) {
      byte[] bad = plain.clone();
      for (int flips = 0; flips <= i % 3; flips++) {
        bad[random.nextInt(bad.length)] = (byte) random.nextInt(256);
      }
      CallTree tree = new CallTree(100, 1);
      try {
        new TreeMerge(tree).add(PprofFixture.gzip(bad), "cpu", 0);
      } catch (IOException e) {
        refused++;
      }
      assertTrue(tree.size() <= 202);
    }
    assertTrue(refused > 100, "refused " + refused);
  }

  @Test
  void repeatedPushCountsOnce() throws Exception {
    try (ProfileStore store = ProfileStore.open(config(), clock)) {
      EncodedProfile profile = PprofFixture.encoded(START, PprofFixture.service("a"), "m 3");
      store.accept(profile);
      store.accept(profile);
      assertEquals(3, tree(store, "{}", ALL).total(0, 0));
      assertEquals(1, store.accounts().droppedSamples().get(DropReason.DUPLICATE));
    }
  }

  @Test
  void longQueryEnds() throws Exception {
    try (ProfileStore store = ProfileStore.open(config(), clock)) {
      store.accept(PprofFixture.encoded(START, PprofFixture.service("a"), "m 3"));
      CallTree tree = new CallTree(100, 1);
      assertThrows(
          TimeoutException.class,
          () ->
              store
                  .queries()
                  .merge(ProfileType.CPU.id(), Selector.ALL, ALL, tree, 0, Duration.ofNanos(-1)));
    }
  }

  @Test
  void storeHasNoThreadsOfItsOwn() throws Exception {
    Set<Thread> before = Thread.getAllStackTraces().keySet();
    try (ProfileStore store = ProfileStore.open(config(), clock)) {
      for (int i = 0; i < 200; i++) {
        store.accept(noisy(i, 8000));
      }
      store.flush();
      Set<Thread> added = new HashSet<>(Thread.getAllStackTraces().keySet());
      added.removeAll(before);
      assertEquals(Set.of(), added);
    }
  }

  @Test
  void fileIsForTheOwnerOnly() throws Exception {
    try (ProfileStore store = ProfileStore.open(config(), clock)) {
      assertEquals(0, store.newestMillis());
      assertEquals(
          "[OWNER_READ, OWNER_WRITE]",
          Files.getPosixFilePermissions(dir.resolve("profiles.mv")).stream()
              .sorted()
              .toList()
              .toString());
    }
  }

  private Process writer(int secondsPerFlush, String... before) throws IOException {
    List<String> command = new ArrayList<>(List.of(before));
    command.addAll(
        List.of(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-Xmx64m",
            "-XX:-UsePerfData",
            "-cp",
            System.getProperty("java.class.path"),
            StoreWriter.class.getName(),
            dir.toString(),
            String.valueOf(secondsPerFlush)));
    return new ProcessBuilder(command).redirectErrorStream(true).start();
  }

  private static void kill(Process process) throws InterruptedException {
    process.destroyForcibly();
    assertTrue(process.waitFor(20, TimeUnit.SECONDS));
  }

  @Test
  void secondProcessIsToldWhoHasTheDirectory() throws Exception {
    Process writer = writer(0);
    try (var lines = writer.inputReader()) {
      assertEquals("25 25 0 0 25", lines.readLine());
      IOException e =
          assertThrows(IOException.class, () -> ProfileStore.open(config(), clock).close());
      assertEquals(
          "the store's directory "
              + dir
              + " is in use by another nodeflame, process "
              + writer.pid()
              + ": stop that one, or set another store.dir",
          e.getMessage());
      assertFalse(Files.exists(dir.resolve("profiles.mv.damaged")));
    } finally {
      kill(writer);
    }
    // The file that it left means nothing.
    assertEquals(writer.pid() + "\n", Files.readString(dir.resolve("lock")));
    ProfileStore.open(config(), clock).close();
  }

  @Test
  void directoryIsFreeAgainAfterClosingAndAfterAFailedStart() throws Exception {
    ProfileStore.open(config(), clock).close();
    Path file = dir.resolve("profiles.mv");
    Files.delete(file);
    Files.createDirectory(file);
    Files.createFile(file.resolve("in the way"));
    Files.createDirectory(dir.resolve("profiles.mv.damaged"));
    Files.createFile(dir.resolve("profiles.mv.damaged").resolve("in the way"));
    assertThrows(IOException.class, () -> ProfileStore.open(config(), clock).close());
    Files.delete(file.resolve("in the way"));
    Files.delete(file);
    ProfileStore.open(config(), clock).close();
  }

  /** A limit of the file's size stands for a full disk: the next write fails as there. */
  @Test
  void aFullDiskIsSaidOnceAMinuteWithTheFileAndTheSystemsWords() throws Exception {
    Process writer = writer(1, "sh", "-c", "ulimit -f 512 && exec \"$@\"", "sh");
    List<String> said = new ArrayList<>();
    long delivered = 0;
    try (var lines = writer.inputReader()) {
      // Goes on for a while after it has failed.
      for (int i = 0; i < 2000; i++) {
        String line = String.valueOf(lines.readLine());
        if (line.contains(" WARN ")) {
          said.add(line);
        } else {
          delivered = assertAddsUp(line);
        }
      }
    } finally {
      kill(writer);
    }
    // A flush a second.
    assertTrue(said.size() > 1 && said.size() <= 1 + 2000 / 60, said::toString);
    for (String line : said) {
      assertTrue(line.contains("store: " + dir.resolve("profiles.mv") + " failed"), line);
      assertTrue(line.endsWith(", dropping profiles for a minute: File too large"), line);
    }
    // What was on disk before is there: a full disk is no damage.
    try (ProfileStore store = ProfileStore.open(config(), new MovableClock(StoreWriter.START))) {
      assertTrue(delivered > 0);
      assertEquals(delivered, store.accounts().storedSamples(), "said to be on disk");
      assertFalse(Files.exists(dir.resolve("profiles.mv.damaged")));
    }
  }

  /** Samples delivered, of a line of {@link StoreWriter} after a flush. */
  private static long assertAddsUp(String line) {
    String[] counts = line.split(" ", -1);
    long delivered = Long.parseLong(counts[1]);
    assertEquals(0, Long.parseLong(counts[2]), line);
    assertEquals(Long.parseLong(counts[0]), delivered + Long.parseLong(counts[3]), line);
    // Also while the disk is full.
    assertEquals(delivered, Long.parseLong(counts[4]), line);
    return delivered;
  }

  @Test
  void whatIsNotOnDiskYetWaits() throws Exception {
    ProfileStore closed;
    try (ProfileStore store = ProfileStore.open(config(), clock)) {
      closed = store;
      store.accept(PprofFixture.encoded(START, PprofFixture.service("a"), "m;n 3"));
      assertEquals(1, store.accounts().waiting().samples());
      assertEquals(0, store.accounts().delivered().samples());
      store.flush();
      assertEquals(0, store.accounts().waiting().samples());
      assertEquals(1, store.accounts().delivered().samples());
      store.accept(PprofFixture.encoded(START.plusMillis(1), PprofFixture.service("a"), "m 2"));
    }
    assertEquals(2, closed.accounts().delivered().samples());
    assertEquals(2, closed.accounts().delivered().profiles());
    assertEquals(0, closed.accounts().waiting().profiles());
  }
}
