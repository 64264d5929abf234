package io.nodeflame.symbolizer.host;

import static io.nodeflame.symbolizer.host.HostBench.name;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nodeflame.symbolizer.AddressSpace;
import io.nodeflame.symbolizer.ExecutableIdentity;
import io.nodeflame.symbolizer.UnnamedReason;
import io.nodeflame.symbolizer.elf.Toolchain;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.StringTokenizer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Which files are open when, and what is known of processes that are gone. */
class HostLifetimeTest {
  @TempDir Path directory;
  private HostBench bench;
  private Path program;

  @BeforeEach
  void open() throws IOException {
    program = new Toolchain(directory).compile("program", Victim.SOURCE, "-static", "-DSTATIC");
    bench = HostBench.of(directory.resolve("cache"));
  }

  @AfterEach
  void close() {
    bench.close();
    assertEquals(0, HostBench.descriptorsBelow(directory));
  }

  private ExecutableIdentity identity(Victim victim) throws IOException {
    String line =
        victim.mapsLines().stream()
            .filter(each -> each.endsWith("/program"))
            .findFirst()
            .orElseThrow();
    StringTokenizer words = new StringTokenizer(line);
    for (int i = 0; i < 3; i++) {
      words.nextToken();
    }
    StringTokenizer device = new StringTokenizer(words.nextToken(), ":");
    return new ExecutableIdentity(
        "program",
        Integer.parseInt(device.nextToken(), 16),
        Integer.parseInt(device.nextToken(), 16),
        Long.parseLong(words.nextToken()),
        victim.startCode());
  }

  @Test
  void processesOfOneFileShareIt() throws IOException {
    try (Victim first = Victim.start(program);
        Victim second = Victim.start(program)) {
      AddressSpace one = bench.read(first);
      AddressSpace two = bench.read(second);
      assertEquals(1, bench.openFiles());
      assertEquals(1, HostBench.descriptorsBelow(program));
      assertEquals("hidden_function", name(one, first.address("hidden_function")));
      one.close();
      one.close();
      bench.advance(Duration.ofSeconds(3));
      two.refresh();
      assertEquals(1, bench.openFiles(), "still used by the second");
      assertEquals("hidden_function", name(two, second.address("hidden_function")));
      assertEquals(1, bench.symbolizer().statistics().cacheMisses());
      two.close();
      assertEquals(1, bench.openFiles(), "for the next process of the same program");
      bench.advance(Duration.ofSeconds(3));
      bench.symbolizer().sweep();
      assertEquals(0, bench.openFiles());
      assertEquals(0, bench.symbolizer().statistics().addressSpaces());
    }
  }

  @Test
  void aFileComesBackAfterItWasClosed() throws IOException {
    try (Victim victim = Victim.start(program)) {
      for (int round = 0; round < 3; round++) {
        AddressSpace space = bench.read(victim);
        assertEquals("with_frame", name(space, victim.address("in_with_frame")));
        String function = round == 0 ? "with_frame" : "hidden_function";
        assertTrue(space.isReturnAddressAtStackPointer(victim.address(function)));
        space.close();
        bench.advance(Duration.ofSeconds(round == 1 ? 61 : 3));
        bench.symbolizer().sweep();
        assertEquals(0, bench.openFiles());
      }
    }
  }

  /** A child that inherits from a parent whose files are closed must not make them look open. */
  @Test
  void aChildOfAClosedParentDoesNotKeepFilesClosed() throws IOException {
    try (Victim victim = Victim.start(program)) {
      AddressSpace parent = bench.read(victim);
      parent.close();
      bench.advance(Duration.ofSeconds(3));
      bench.symbolizer().sweep();
      AddressSpace child = bench.symbolizer().inherit(parent);
      assertEquals(0, bench.openFiles());
      AddressSpace next = bench.read(victim);
      assertEquals("hidden_function", name(next, victim.address("hidden_function")));
      assertEquals("hidden_function", name(child, victim.address("hidden_function")));
      child.close();
      next.close();
    }
  }

  @Test
  void aChildKeepsTheFilesOfItsParent() throws IOException {
    AddressSpace child;
    long address;
    try (Victim victim = Victim.start(program)) {
      AddressSpace parent = bench.read(victim);
      child = bench.symbolizer().inherit(parent);
      address = victim.address("hidden_function");
      parent.close();
    }
    bench.advance(Duration.ofSeconds(10));
    bench.symbolizer().sweep();
    assertFalse(child.isGone());
    assertEquals("hidden_function", name(child, address));
    assertTrue(child.isCode(address));
    assertFalse(child.isCode(1));
    child.close();
  }

  @Test
  void namesAGoneProcessOfAKnownProgram() throws IOException {
    Path pie =
        new Toolchain(directory).compile("program", Victim.SOURCE, "-static-pie", "-DSTATIC");
    ExecutableIdentity identity;
    AddressSpace live;
    long address;
    long inFrame;
    try (Victim known = Victim.start(pie);
        Victim gone = Victim.start(pie)) {
      live = bench.read(known);
      identity = identity(gone);
      address = gone.address("hidden_function");
      inFrame = gone.address("in_with_frame");
      gone.kill();
      assertTrue(bench.read(gone).isGone());
    }
    AddressSpace space = bench.symbolizer().ofExecutable(identity);
    AddressSpace child = bench.symbolizer().inherit(space);
    for (AddressSpace each : new AddressSpace[] {space, child}) {
      assertTrue(each.isGone());
      assertEquals("hidden_function", name(each, address));
      assertEquals("with_frame", name(each, inFrame));
      assertTrue(each.isCode(address));
      assertTrue(each.isReturnAddressAtStackPointer(address));
      assertFalse(each.isReturnAddressAtStackPointer(inFrame));
      assertEquals(Optional.of(UnnamedReason.PROCESS_GONE), each.locate(1, false).unnamed());
    }
    space.close();
    space.close();
    child.close();
    live.close();
    bench.advance(Duration.ofSeconds(3));
    bench.symbolizer().sweep();
    assertEquals(0, bench.openFiles());
  }

  @Test
  void doesNotTakeAnotherProgramForAGoneOne() throws IOException {
    ExecutableIdentity known;
    try (Victim victim = Victim.start(program)) {
      AddressSpace space = bench.read(victim);
      known = identity(victim);
      space.close();
    }
    ExecutableIdentity otherInode =
        new ExecutableIdentity(
            "program", known.deviceMajor(), known.deviceMinor(), known.inode() + 1, 0x401000);
    ExecutableIdentity misplaced =
        new ExecutableIdentity(
            "program",
            known.deviceMajor(),
            known.deviceMinor(),
            known.inode(),
            known.startCode() + 16);
    ExecutableIdentity otherName =
        new ExecutableIdentity(
            "other", known.deviceMajor(), known.deviceMinor(), known.inode(), known.startCode());
    assertFalse(isKnown(otherInode, known.startCode()));
    assertFalse(isKnown(misplaced, known.startCode()));
    assertTrue(isKnown(otherName, known.startCode()), "an open file has its inode for itself");
    bench.advance(Duration.ofSeconds(3));
    bench.symbolizer().sweep();
    assertFalse(isKnown(otherName, known.startCode()), "the inode may be another file's by now");
    assertTrue(isKnown(known, known.startCode()));
    bench.advance(Duration.ofSeconds(90));
    assertFalse(isKnown(known, known.startCode()));
    assertEquals(0, bench.openFiles());
  }

  private boolean isKnown(ExecutableIdentity identity, long address) {
    AddressSpace space = bench.symbolizer().ofExecutable(identity);
    boolean known = space.isCode(address);
    space.close();
    return known;
  }

  @Test
  void closesFilesInUseWhenTooManyAreOpenAndOpensThemForNames() throws IOException {
    bench.close();
    bench =
        HostBench.of(
            directory.resolve("cache2"), 1 << 20, Path.of("/proc"), new CodeFiles.Limits(3, 1));
    Toolchain tools = new Toolchain(directory);
    Path second = tools.compile("second", Victim.SOURCE, "-static", "-DSTATIC", "-O2");
    Path third = tools.compile("third", Victim.SOURCE, "-static", "-DSTATIC", "-O3");
    Path fourth = tools.compile("fourth", Victim.SOURCE, "-static", "-DSTATIC", "-O0");
    try (Victim one = Victim.start(program);
        Victim two = Victim.start(second);
        Victim three = Victim.start(third);
        Victim four = Victim.start(fourth)) {
      AddressSpace a = bench.read(one);
      bench.advance(Duration.ofMillis(1));
      AddressSpace b = bench.read(two);
      assertEquals(1, bench.openFiles());
      assertEquals("hidden_function", name(a, one.address("hidden_function")));
      assertEquals("with_frame", name(b, two.address("in_with_frame")));
      assertEquals("with_frame", name(a, one.address("in_with_frame")));
      AddressSpace c = bench.read(three);
      assertEquals("with_frame", name(c, three.address("in_with_frame")));
      AddressSpace d = bench.read(four);
      assertEquals(
          Optional.of(UnnamedReason.SYMBOLS_REFUSED),
          d.locate(four.address("with_frame"), false).unnamed(),
          "no room for a fourth");
      assertEquals(1, bench.openFiles());
      a.close();
      d.close();
      d = bench.read(four);
      assertEquals("with_frame", name(d, four.address("in_with_frame")));
      b.close();
      c.close();
      d.close();
    }
  }

  @Test
  void makesRoomInTheCacheOfSymbolsAndSaysWhenThereIsNone() throws IOException {
    try (Victim victim = Victim.start(program)) {
      AddressSpace space = bench.read(victim);
      assertEquals("hidden_function", name(space, victim.address("hidden_function")));
      space.close();
    }
    long bound = 5 * bench.symbolizer().statistics().cacheBytes() / 2;
    bench.close();
    bench =
        HostBench.of(
            directory.resolve("cache2"), bound, Path.of("/proc"), CodeFiles.Limits.DEFAULT);
    Toolchain tools = new Toolchain(directory);
    Path[] programs = new Path[4];
    for (int i = 0; i < programs.length; i++) {
      programs[i] =
          tools.compile("program" + i, Victim.SOURCE + "// " + i, "-static", "-DSTATIC", "-O" + i);
    }
    int refused = 0;
    AddressSpace[] spaces = new AddressSpace[programs.length];
    for (int i = 0; i < programs.length; i++) {
      try (Victim victim = Victim.start(programs[i])) {
        spaces[i] = bench.read(victim);
        Optional<UnnamedReason> reason =
            spaces[i].locate(victim.address("in_with_frame"), false).unnamed();
        if (reason.isPresent()) {
          assertEquals(UnnamedReason.SYMBOLS_REFUSED, reason.get());
          refused++;
          for (int j = 0; j < i; j++) {
            spaces[j].close();
          }
          bench.advance(Duration.ofMinutes(6));
          assertEquals("with_frame", name(spaces[i], victim.address("in_with_frame")));
        }
      }
    }
    assertTrue(refused > 0);
    assertTrue(bench.symbolizer().statistics().cacheBytes() <= bound);
    for (AddressSpace space : spaces) {
      space.close();
    }
  }
}
