package io.nodeflame.symbolizer.host;

import static io.nodeflame.symbolizer.host.HostBench.name;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nodeflame.symbolizer.AddressSpace;
import io.nodeflame.symbolizer.FrameKind;
import io.nodeflame.symbolizer.Location;
import io.nodeflame.symbolizer.UnnamedReason;
import io.nodeflame.symbolizer.elf.Toolchain;
import io.nodeflame.symbolizer.process.ProcFs;
import io.nodeflame.symbolizer.process.Requirement;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HostNamesTest {
  @TempDir Path directory;
  private Toolchain tools;
  private HostBench bench;

  @BeforeEach
  void open() throws IOException {
    tools = new Toolchain(directory);
    bench = HostBench.of(directory.resolve("cache"));
  }

  @AfterEach
  void close() {
    bench.close();
  }

  private void checkNames(Path program) throws IOException {
    try (Victim victim = Victim.start(program)) {
      AddressSpace space = bench.read(victim);
      assertFalse(space.isGone());
      Location inner = space.locate(victim.address("hidden_function"), false);
      assertEquals("hidden_function", HostBench.function(inner));
      assertEquals(FrameKind.NATIVE, inner.kind());
      assertEquals(Optional.empty(), inner.unnamed());
      assertEquals("with_frame", name(space, victim.address("in_with_frame")));
      assertEquals(
          "with_frame", HostBench.function(space.locate(victim.address("in_with_frame"), true)));
      assertFalse(space.switchesStacks());
      space.close();
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "-pie -fPIE",
        "-no-pie",
        "-static -DSTATIC",
        "-static-pie -DSTATIC",
        "-Wl,--build-id=none"
      })
  void namesFunctionsHoweverTheProgramIsLinked(String options) throws IOException {
    checkNames(tools.compile("program", Victim.SOURCE, options.split(" ")));
  }

  @Test
  void namesAStrippedProgramByItsDebugFile() throws IOException {
    Path program = tools.compile("program", Victim.SOURCE, "-g");
    tools.run("objcopy", "--only-keep-debug", "program", "program.debug");
    tools.run("strip", "program");
    tools.run("objcopy", "--add-gnu-debuglink=program.debug", "program");
    checkNames(program);
  }

  @Test
  void aStrippedProgramHasAReasonAndAnOffset() throws IOException {
    Path program = tools.compile("program", Victim.SOURCE, "-s");
    try (Victim victim = Victim.start(program)) {
      AddressSpace space = bench.read(victim);
      long address = victim.address("hidden_function");
      Location location = space.locate(address, false);
      assertEquals(Optional.of(UnnamedReason.NO_SYMBOLS), location.unnamed());
      String name = HostBench.function(location);
      assertTrue(name.startsWith("program+0x"), name);
      long offset = Long.parseLong(name.substring("program+0x".length()), 16);
      assertEquals(address & 0xfff, offset & 0xfff, "mapped by whole pages");
      assertTrue(offset < Files.size(program), name);
      space.close();
    }
  }

  @Test
  void namesADeletedProgramAndOneWhosePathHasAnotherContentNow() throws IOException {
    Requirement.root();
    Path program = tools.compile("program", Victim.SOURCE);
    String renamed = Victim.SOURCE.replace("hidden_function(", "other_function(");
    Path other =
        tools.compile(
            "other", renamed.replace("(void *) hidden_function", "(void *) other_function"));
    try (Victim old = Victim.start(program)) {
      Files.move(other, program, StandardCopyOption.REPLACE_EXISTING);
      try (Victim current = Victim.start(program)) {
        AddressSpace newSpace = bench.read(current);
        AddressSpace oldSpace = bench.read(old);
        assertEquals("other_function", name(newSpace, current.address("hidden_function")));
        assertEquals("hidden_function", name(oldSpace, old.address("hidden_function")));
        newSpace.close();
        oldSpace.close();
      }
    }
  }

  @Test
  void readsAgainAFileThatWasWrittenInPlace() throws IOException {
    Path program = tools.compile("program", Victim.SOURCE, "-static", "-DSTATIC");
    String renamed = Victim.SOURCE.replace("hidden_function(", "a_longer_name_of_it(");
    Path other =
        tools.compile(
            "other",
            renamed.replace("(void *) hidden_function", "(void *) a_longer_name_of_it"),
            "-static",
            "-DSTATIC");
    AddressSpace first;
    try (Victim victim = Victim.start(program)) {
      first = bench.read(victim);
      assertEquals("hidden_function", name(first, victim.address("hidden_function")));
    }
    // The first process still counts as using it, so that the file is held open.
    Files.write(program, Files.readAllBytes(other));
    bench.advance(Duration.ofSeconds(31));
    try (Victim victim = Victim.start(program)) {
      AddressSpace second = bench.read(victim);
      assertEquals("a_longer_name_of_it", name(second, victim.address("hidden_function")));
      second.close();
    }
    first.close();
    bench.advance(Duration.ofSeconds(3));
    bench.symbolizer().sweep();
    assertEquals(0, bench.openFiles());
    assertEquals(0, HostBench.descriptorsBelow(program));
  }

  @Test
  void findsCodeThatIsLoadedAfterTheFirstRead() throws IOException {
    Path program = tools.compile("program", Victim.SOURCE);
    Path plugin =
        tools.compile("plugin.so", "int plugin_function(void) { return 7; }", "-shared", "-fPIC");
    try (Victim victim = Victim.start(program)) {
      AddressSpace space = bench.read(victim);
      int generation = space.refresh();
      victim.say(plugin.toString());
      long address = victim.address("plugin");
      assertFalse(space.isCode(address), "not read again at once");
      assertEquals(Optional.of(UnnamedReason.NO_MAPPING), space.locate(address, false).unnamed());
      bench.advance(Duration.ofMillis(25));
      assertTrue(space.isCode(address));
      assertEquals("plugin_function", name(space, address));
      assertTrue(space.refresh() != generation);
      space.close();
    }
  }

  @Test
  void namesTheFunctionsOfTheVdso() throws IOException {
    Requirement.root();
    try (Victim victim = Victim.start(tools.compile("program", Victim.SOURCE))) {
      AddressSpace space = bench.read(victim);
      Location location = space.locate(victim.address("vdso") + 2, false);
      String function = HostBench.function(location);
      assertTrue(function.endsWith("clock_gettime"), function);
      assertEquals("[vdso]", location.mapping());
      space.close();
    }
  }

  @Test
  void knowsWhereTheReturnAddressIs() throws IOException {
    try (Victim victim = Victim.start(tools.compile("program", Victim.SOURCE))) {
      AddressSpace space = bench.read(victim);
      for (int round = 0; round < 2; round++) { // the second from memory
        assertTrue(space.isReturnAddressAtStackPointer(victim.address("getppid")));
        assertTrue(space.isReturnAddressAtStackPointer(victim.address("getppid") + 4));
        assertTrue(space.isReturnAddressAtStackPointer(victim.address("puts")));
        assertTrue(space.isReturnAddressAtStackPointer(victim.address("with_frame")));
        assertFalse(space.isReturnAddressAtStackPointer(victim.address("in_with_frame")));
        assertFalse(space.isReturnAddressAtStackPointer(0x10));
      }
      space.close();
    }
  }

  @Test
  void namesAThirtyTwoBitProgram() throws IOException {
    // There may be no 32-bit C library: system calls only.
    String source =
        """
        int call(int n, int a, const void *b, int c) {
          int result;
          __asm__ volatile("int $0x80" : "=a"(result) : "a"(n), "b"(a), "c"(b), "d"(c) : "memory");
          return result;
        }
        void _start(void) {
          char room[8];
          call(4, 1, "end 0\\n", 6);
          call(3, 0, room, 8);
          call(1, 0, 0, 0);
        }
        """;
    Path program =
        tools.compile("program", source, "-m32", "-nostdlib", "-static", "-fno-pic", "-no-pie");
    try (Victim victim = Victim.start(program)) {
      AddressSpace space = bench.read(victim);
      boolean found = false;
      for (String line : tools.run("nm", "program").lines().toList()) {
        if (line.endsWith(" T call")) {
          found = true;
          long address = Long.parseLong(line.substring(0, line.indexOf(' ')), 16);
          assertEquals("call", name(space, address + 3));
          assertFalse(space.isReturnAddressAtStackPointer(address), "not known for 32-bit code");
        }
      }
      assertTrue(found);
      checkNarrowVdso(victim, space);
      space.close();
    }
  }

  private void checkNarrowVdso(Victim victim, AddressSpace space) throws IOException {
    Requirement.root();
    for (String line : victim.mapsLines()) {
      if (line.endsWith("[vdso]")) {
        long start = Long.parseLong(line.substring(0, line.indexOf('-')), 16);
        long end = Long.parseLong(line.substring(line.indexOf('-') + 1, line.indexOf(' ')), 16);
        boolean any = false;
        for (long address = start; address < end && !any; address++) {
          any = name(space, address).contains("kernel_vsyscall");
        }
        assertTrue(any, "the 32-bit image has a function that the 64-bit one has not");
      }
    }
  }

  @Test
  void namesItsOwnProcess() throws IOException {
    int pid = (int) ProcessHandle.current().pid();
    long ticks = ProcFs.ofSystem().startTimeTicks(pid).orElseThrow();
    AddressSpace space = bench.symbolizer().read(pid, ticks);
    assertFalse(space.isGone());
    int code = 0;
    int files = 0;
    for (String line : Files.readAllLines(Path.of("/proc/self/maps"))) {
      if (line.contains(" r-xp ") && line.contains("/libjvm.so")) {
        long start = Long.parseUnsignedLong(line.substring(0, line.indexOf('-')), 16);
        assertTrue(space.isCode(start));
        files++;
        for (long address = start + 0x100000; code < 50; address += 0x1001) {
          code += space.locate(address, false).unnamed().isEmpty() ? 1 : 0;
          if (address > start + 0x800000) {
            break;
          }
        }
      }
    }
    assertEquals(1, files);
    assertEquals(50, code);
    space.close();
  }
}
