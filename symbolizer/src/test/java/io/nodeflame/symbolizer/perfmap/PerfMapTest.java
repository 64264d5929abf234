package io.nodeflame.symbolizer.perfmap;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nodeflame.symbolizer.UnnamedReason;
import io.nodeflame.symbolizer.process.FileRefusal;
import io.nodeflame.symbolizer.process.Mutation;
import io.nodeflame.symbolizer.process.ProcFs;
import io.nodeflame.symbolizer.process.ProcessId;
import io.nodeflame.symbolizer.process.ProcessStatus;
import io.nodeflame.symbolizer.process.Requirement;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Over a made-up /proc with one process, pid 123 here and 7 in its namespace. */
class PerfMapTest {
  @TempDir Path root;
  private final PageMemory memory = PageMemory.inMemory(64 << 20);
  private Path file;
  private ProcFs proc;
  private int uid;
  private PerfMap map;

  @BeforeEach
  void start() throws IOException {
    Path directory = Files.createDirectory(root.resolve("123"));
    file = Files.createDirectories(directory.resolve("root/tmp")).resolve("perf-7.map");
    Files.writeString(root.resolve("uptime"), "1000.00 900.00\n");
    Files.writeString(directory.resolve("stat"), stat(99_000));
    uid = (int) Files.getAttribute(root, "unix:uid");
    proc = new ProcFs(root);
    map = map(PerfMapLimits.DEFAULT, uid);
  }

  @AfterEach
  void givesEveryPageBack() {
    map.close();
    assertEquals(0, memory.usedBytes());
  }

  private static String stat(long ticks) {
    return "123 (node) S 1 1 1 0 -1 0 0 0 0 0 0 0 0 0 20 0 1 0 " + ticks + " 0 0\n";
  }

  private PerfMap map(PerfMapLimits limits, int owner) throws IOException {
    ProcessStatus process =
        new ProcessStatus(new ProcessId(123, 99_000), 123, 7, 2, owner, "node", false);
    return new PerfMap(proc, process, limits, memory);
  }

  private void append(String text) throws IOException {
    Files.writeString(file, text, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
  }

  private void assertRefused(FileRefusal reason) {
    assertFalse(map.refresh());
    assertEquals(PerfMapState.REFUSED, map.report().state());
    assertEquals(Optional.of(reason), map.report().refusal());
    assertEquals(UnnamedReason.PERF_MAP_REFUSED, map.reasonWithoutName());
  }

  @Test
  void namesAddresses() throws IOException {
    Files.writeString(file, "1000 100 LazyCompile:*add /a b.js:1\n0x2000 0x10 java.lang.X::y\n");
    assertTrue(map.refresh());
    assertEquals(Optional.of("LazyCompile:*add /a b.js:1"), map.find(0x10ff));
    assertEquals(Optional.of("java.lang.X::y"), map.find(0x2000));
    assertEquals(Optional.empty(), map.find(0x1100));
    assertEquals(Optional.empty(), map.find(-1));
    assertEquals(UnnamedReason.NOT_IN_PERF_MAP, map.reasonWithoutName());
    assertEquals(PerfMapState.READ, map.report().state());
    assertEquals(2, map.report().entries());
  }

  @Test
  void isAbsentUntilThereIsOneAndKeepsADeletedOne() throws IOException {
    assertFalse(map.refresh());
    assertEquals(PerfMapState.ABSENT, map.report().state());
    assertEquals(UnnamedReason.NO_PERF_MAP, map.reasonWithoutName());
    append("1000 100 a\n");
    assertTrue(map.refresh());
    Files.delete(file);
    assertFalse(map.refresh());
    assertEquals(PerfMapState.ABSENT, map.report().state());
    assertEquals(Optional.of("a"), map.find(0x1000));
  }

  @Test
  void readsOnlyWhatGrew() throws IOException {
    append("1000 100 a\n".repeat(10_000));
    assertTrue(map.refresh());
    long read = map.report().bytesRead();
    assertEquals(110_000, read);
    assertFalse(map.refresh());
    assertEquals(read, map.report().bytesRead());
    append("1080 10 newer\n2000 10 b\n3000 10 not yet who");
    assertTrue(map.refresh());
    assertEquals(Optional.of("newer"), map.find(0x1080));
    assertEquals(Optional.empty(), map.find(0x1000), "replaced as a whole");
    assertEquals(Optional.of("b"), map.find(0x2000));
    assertEquals(Optional.empty(), map.find(0x3000));
    assertTrue(map.report().bytesRead() - read < 100);
    append("le\n");
    assertTrue(map.refresh());
    assertEquals(Optional.of("not yet whole"), map.find(0x3000));
    assertEquals(0, map.report().malformedLines());
  }

  @Test
  void startsOverWhenItShrankOrIsAnotherFile() throws IOException {
    append("1000 100 a\n2000 100 b\n");
    map.refresh();
    Files.writeString(file, "3000 100 c\n");
    assertTrue(map.refresh());
    assertEquals(Optional.empty(), map.find(0x1000));
    assertEquals(Optional.of("c"), map.find(0x3000));
    Path other = Files.writeString(root.resolve("other"), "3000 100 c\n4000 100 d\n5000 1 e\n");
    Files.move(other, file, StandardCopyOption.REPLACE_EXISTING);
    assertTrue(map.refresh());
    assertEquals(Optional.of("d"), map.find(0x4000));
    assertEquals(3, map.report().entries());
  }

  @Test
  void startsOverWhenItWasRewrittenInPlaceAndIsLarger() throws IOException {
    append("1000 100 a\n2000 100 b\n");
    map.refresh();
    Files.writeString(file, "1000 100 a\n3000 100 c\n4000 100 d\n5000 100 e\n");
    assertTrue(map.refresh());
    assertEquals(Optional.empty(), map.find(0x2000));
    assertEquals(4, map.report().entries());
  }

  @Test
  void refusesAFileOfAnotherUser() throws IOException {
    Requirement.root();
    append("1000 100 a\n");
    map = map(PerfMapLimits.DEFAULT, 4321);
    Files.setAttribute(file, "unix:uid", 1234);
    assertRefused(FileRefusal.WRONG_OWNER);
    Files.setAttribute(file, "unix:uid", 4321);
    assertTrue(map.refresh());
    assertEquals(Optional.of("a"), map.find(0x1000));
  }

  @Test
  void refusesLinksFifosAndDirectories() throws Exception {
    Path target = Files.writeString(file.resolveSibling("real"), "1000 100 a\n");
    Files.createSymbolicLink(file, target.getFileName());
    assertRefused(FileRefusal.NOT_REGULAR);
    Files.delete(file);
    Files.createDirectory(file);
    assertRefused(FileRefusal.NOT_REGULAR);
    Files.delete(file);
    Requirement.tool("mkfifo");
    assertEquals(0, new ProcessBuilder("mkfifo", file.toString()).start().waitFor());
    assertRefused(FileRefusal.NOT_REGULAR);
  }

  @Test
  void refusesTheMapOfAnEarlierProcess() throws IOException {
    append("1000 100 a\n");
    long start = System.currentTimeMillis() - 10_000; // uptime 1000 s, start at 990 s
    Files.setLastModifiedTime(file, FileTime.fromMillis(start - 5_000));
    assertRefused(FileRefusal.OUTDATED);
    Files.setLastModifiedTime(file, FileTime.fromMillis(start + 5_000));
    assertTrue(map.refresh());
  }

  @Test
  void readsNothingAfterThePidWasGivenAway() throws IOException {
    append("1000 100 a\n");
    Files.writeString(root.resolve("123/stat"), stat(99_500));
    assertFalse(map.refresh());
    assertEquals(Optional.of(FileRefusal.PROCESS_GONE), map.report().refusal());
    assertEquals(0, map.report().bytesRead());
  }

  @Test
  void countsLinesThatAreNoEntries() throws IOException {
    append("-1 10 a\n1000 10\nffffffffffffffff 10 x\n\0\1\2\3\n\n1000 10 ok\n");
    append("2000 10 " + "n".repeat(10_000) + "2000 1 forged\n3000 10 after\n");
    append("4000 10 a\u001b[31m\u202eb\0c\n");
    assertTrue(map.refresh());
    assertEquals(5, map.report().malformedLines());
    assertEquals(1, map.report().cutLines());
    assertEquals(Optional.of("ok"), map.find(0x1000));
    assertEquals(4096 - 8, map.find(0x2000).orElseThrow().length());
    assertEquals(Optional.of("after"), map.find(0x3000));
    assertEquals(Optional.of("a\uFFFD[31m\uFFFDb\uFFFDc"), map.find(0x4000));
  }

  @Test
  void cutsALineWhereverBlocksEnd() throws IOException {
    for (int length = 65_000; length < 66_000; length += 97) {
      Files.writeString(file, "1000 10 a\n2000 10 " + "n".repeat(length) + "\n3000 10 b\n");
      map.refresh();
      assertEquals(3, map.report().entries());
      assertEquals(Optional.of("b"), map.find(0x3000));
    }
    assertEquals(0, map.report().malformedLines());
  }

  @Test
  void readsTheEndOfAFileThatIsLargerThanAllowed() throws IOException {
    try (RandomAccessFile sparse = new RandomAccessFile(file.toFile(), "rw")) {
      sparse.setLength(300L << 20);
      sparse.seek(300L << 20);
      sparse.write("\n1000 10 last\n".getBytes(StandardCharsets.US_ASCII));
    }
    int refreshes = 0;
    do {
      map.refresh();
      refreshes++;
      assertTrue(map.report().bytesRead() <= refreshes * (16L << 20));
    } while (map.report().more() && refreshes < 100);
    PerfMapReport report = map.report();
    assertEquals(Optional.of("last"), map.find(0x1000));
    assertEquals((300L << 20) + 14, report.skippedBytes() + report.bytesRead());
    assertTrue(report.bytesRead() > 255L << 20 && report.bytesRead() <= 256L << 20);
    append("2000 10 the end of the budget\n");
    map.refresh();
    assertEquals(Optional.of("the end of the budget"), map.find(0x2000));
    assertTrue(map.report().exhausted());
    append("3000 10 too late\n");
    map.refresh();
    assertEquals(Optional.empty(), map.find(0x3000));
    assertTrue(map.report().bytesRead() <= 256L << 20);
  }

  @Test
  void readsTheBeginningAndTheEndOfAFileThatIsLargerThanAllowed() throws IOException {
    append("1000 10 first\n");
    try (RandomAccessFile sparse = new RandomAccessFile(file.toFile(), "rw")) {
      sparse.setLength(1L << 30);
      sparse.seek((1L << 30) - 100);
      sparse.write("\n2000 10 last\n".getBytes(StandardCharsets.US_ASCII));
    }
    map.refresh();
    assertEquals(Optional.of("first"), map.find(0x1000), "at once");
    assertEquals(UnnamedReason.PERF_MAP_REFUSED, map.reasonWithoutName());
    for (int i = 0; map.report().more() && i < 100; i++) {
      map.refresh();
    }
    assertEquals(Optional.of("first"), map.find(0x1000));
    assertEquals(Optional.of("last"), map.find(0x2000));
    PerfMapReport report = map.report();
    assertTrue(report.bytesRead() > 255L << 20 && report.bytesRead() <= 256L << 20);
    assertTrue(report.skippedBytes() >= 768L << 20);
    assertEquals(UnnamedReason.PERF_MAP_REFUSED, map.reasonWithoutName());
    long read = report.bytesRead();
    assertFalse(map.refresh());
    assertEquals(read, map.report().bytesRead());
  }

  /** Whatever is at the edge of a part, no line is made of two halves. */
  @Test
  void linesAtTheEdgesOfTheSkippedPartAreWholeOrLeftOut() throws IOException {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < 5000; i++) {
      text.append(Integer.toHexString(i * 16)).append(" 10 f").append(i).append('\n');
    }
    append(text.toString());
    long size = Files.size(file);
    for (int budget = 30_000; budget < 30_020; budget++) {
      map = map(new PerfMapLimits(budget, 1 << 20, 100_000), uid);
      map.refresh();
      assertEquals(0, map.report().malformedLines());
      assertEquals(size, map.report().bytesRead() + map.report().skippedBytes());
      assertEquals(Optional.of("f0"), map.find(0));
      assertEquals(Optional.of("f4999"), map.find(4999L * 16));
      int named = 0;
      for (int i = 0; i < 5000; i++) {
        Optional<String> name = map.find(16L * i);
        assertTrue(name.isEmpty() || name.get().equals("f" + i), name::toString);
        named += name.isPresent() ? 1 : 0;
      }
      assertTrue(named > 1000 && named < 3000, named + " names");
      assertEquals(named, map.report().entries());
      map.close();
    }
  }

  @Test
  void garbageIsRefused() throws IOException {
    for (String garbage : new String[] {"x\n", "\0".repeat(100_000), "zz zz zz\n\n-1 5 x\n"}) {
      Files.writeString(file, garbage);
      map.refresh();
      assertEquals(PerfMapState.READ, map.report().state());
      assertEquals(UnnamedReason.PERF_MAP_REFUSED, map.reasonWithoutName());
    }
    append("1000 10 a name\n");
    map.refresh();
    assertEquals(UnnamedReason.NOT_IN_PERF_MAP, map.reasonWithoutName());
    Files.writeString(file, "");
    map.refresh();
    assertEquals(UnnamedReason.NOT_IN_PERF_MAP, map.reasonWithoutName(), "an empty one");
  }

  @Test
  void aGigabyteOfNothingIsRefused() throws IOException {
    try (RandomAccessFile sparse = new RandomAccessFile(file.toFile(), "rw")) {
      sparse.setLength(1L << 30);
    }
    for (int i = 0; i < 20; i++) {
      map.refresh();
      assertEquals(UnnamedReason.PERF_MAP_REFUSED, map.reasonWithoutName());
    }
    assertEquals(0, map.report().entries());
  }

  @Test
  void theReasonOutlivesTheProcess() throws IOException {
    append("not a perf-map\n");
    map.refresh();
    Files.writeString(root.resolve("123/stat"), stat(99_500));
    append("another line\n");
    map.refresh();
    assertEquals(Optional.of(FileRefusal.PROCESS_GONE), map.report().refusal());
    assertEquals(UnnamedReason.PERF_MAP_REFUSED, map.reasonWithoutName());
    map = map(PerfMapLimits.DEFAULT, uid);
    map.refresh();
    assertEquals(UnnamedReason.PROCESS_GONE, map.reasonWithoutName(), "never looked at");
  }

  @Test
  void namesWithoutRoomHaveThatForAReason() throws IOException {
    map = map(new PerfMapLimits(1 << 20, 1 << 20, 2), uid);
    append("1000 10 a\n2000 10 b\n3000 10 c\n");
    map.refresh();
    assertEquals(UnnamedReason.SYMBOLS_REFUSED, map.reasonWithoutName());
    Files.writeString(file, "1000 10 a\n");
    map.refresh();
    assertEquals(UnnamedReason.NOT_IN_PERF_MAP, map.reasonWithoutName());

    PageMemory none = PageMemory.inDirectory(root.resolve("none"), 1 << 20, 0, e -> {});
    ProcessStatus process =
        new ProcessStatus(new ProcessId(123, 99_000), 123, 7, 2, uid, "node", false);
    try (PerfMap without = new PerfMap(proc, process, PerfMapLimits.DEFAULT, none)) {
      without.refresh();
      assertEquals(1, without.report().droppedEntries());
      assertEquals(UnnamedReason.CACHE_FAILED, without.reasonWithoutName());
    }
  }

  @Test
  void readsTheEndOfALargeFileFullOfLines() throws IOException {
    append("1000 10 a line of some length\n".repeat(40_000));
    append("2000 10 last\n");
    map = map(new PerfMapLimits(500_000, 1 << 20, 100), uid);
    assertTrue(map.refresh());
    assertFalse(map.report().more());
    assertEquals(Optional.of("last"), map.find(0x2000));
    assertTrue(map.report().skippedBytes() > 600_000);
    assertEquals(0, map.report().malformedLines(), "the first line is cut and left out");
  }

  @Test
  void goesOnWhereTheLimitOfARefreshStoppedIt() throws IOException {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < 20_000; i++) {
      text.append(Integer.toHexString(i * 16)).append(" 10 function ").append(i).append('\n');
    }
    append(text.toString());
    map = map(new PerfMapLimits(1 << 20, 8192, 1_000_000), uid);
    int refreshes = 0;
    while (map.refresh() && map.report().more()) {
      refreshes++;
    }
    assertTrue(refreshes > 50, refreshes + " refreshes");
    assertEquals(20_000, map.report().entries());
    assertEquals(Optional.of("function 19999"), map.find(19_999 * 16L));
    assertEquals(0, map.report().malformedLines());
  }

  @Test
  void dropsEntriesBeyondTheBound() throws IOException {
    map = map(new PerfMapLimits(1 << 20, 1 << 20, 2), uid);
    append("1000 10 a\n2000 10 b\n3000 10 c\n4000 10 d\n");
    map.refresh();
    assertEquals(2, map.report().entries());
    assertEquals(2, map.report().droppedEntries());
  }

  @Test
  void survivesEveryMutation() throws IOException {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < 500; i++) {
      text.append("0x")
          .append(Long.toHexString(0x7f00_0000_0000L + i * 64L))
          .append(" 40 f")
          .append(i);
      text.append('\n');
    }
    byte[] original = text.toString().getBytes(StandardCharsets.US_ASCII);
    Random random = new Random(3);
    long before = 0;
    for (int i = 0; i < 300; i++) {
      Files.write(file, Mutation.of(original, random));
      map.refresh();
      assertTrue(map.report().entries() <= 520);
      for (int j = 0; j < 100; j++) {
        map.find(0x7f00_0000_0000L + random.nextInt(33_000));
      }
      before = map.report().malformedLines();
    }
    assertTrue(before > 50, before + " malformed lines");
  }
}
