package io.nodeflame.symbolizer.host;

import static io.nodeflame.symbolizer.host.HostBench.name;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.nodeflame.symbolizer.AddressSpace;
import io.nodeflame.symbolizer.SymbolizerStatistics;
import io.nodeflame.symbolizer.UnnamedReason;
import io.nodeflame.symbolizer.elf.Toolchain;
import io.nodeflame.symbolizer.process.ProcFs;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Many programs, many short processes, and code that moves all the time. */
class HostStormTest {
  /** Blocks in a read of its standard input; ends with it. No C library: it starts fast. */
  private static final String SMALL =
      """
      __attribute__((noinline)) long call(long n, long a, void *b, long c) {
        long result;
        __asm__ volatile("syscall" : "=a"(result) : "a"(n), "D"(a), "S"(b), "d"(c)
                         : "rcx", "r11", "memory");
        return result;
      }
      void _start(void) {
        char room[8];
        call(1, 1, "end 0\\n", 6);
        call(0, 0, room, 8);
        call(60, 0, 0, 0);
      }
      """;

  private static final int PROGRAMS = 500;
  private static final int LIVE = 40;
  private static final long CACHE_BYTES = 20_000;
  private static final CodeFiles.Limits LIMITS = new CodeFiles.Limits(100, 20);

  @TempDir Path directory;

  private static boolean isX86() {
    return System.getProperty("os.arch").equals("amd64");
  }

  @Test
  void fiveHundredProgramsStayWithinEveryBound() throws IOException {
    assumeTrue(isX86(), "the program is for x86-64");
    Toolchain tools = new Toolchain(directory);
    Path program = tools.compile("program", SMALL, "-nostdlib", "-static", "-Wl,--build-id=sha1");
    byte[] content = Files.readAllBytes(program);
    byte[] name = "call".getBytes(US_ASCII);
    int nameAt = lastIndexOf(content, name);
    int buildIdAt = lastIndexOf(content, new byte[] {'G', 'N', 'U', 0}) + 4;
    long address = address(tools);
    Path programs = Files.createDirectory(directory.resolve("programs"));
    Path cache = directory.resolve("cache");
    Deque<AddressSpace> spaces = new ArrayDeque<>();
    Deque<Victim> victims = new ArrayDeque<>();
    int named = 0;
    try (HostBench bench = HostBench.of(cache, CACHE_BYTES, Path.of("/proc"), LIMITS)) {
      for (int i = 0; i < PROGRAMS; i++) {
        String function = String.format("%04x", i);
        for (int j = 0; j < 4; j++) {
          content[nameAt + j] = (byte) ('a' + Character.digit(function.charAt(j), 16));
        }
        content[buildIdAt] = (byte) i;
        content[buildIdAt + 1] = (byte) (i >>> 8);
        Path copy = Files.write(programs.resolve("p" + i), content);
        assertTrue(copy.toFile().setExecutable(true));
        Victim victim = Victim.start(copy);
        AddressSpace space = bench.read(victim);
        String expected = new String(content, nameAt, 4, US_ASCII);
        named += name(space, address + 2).equals(expected) ? 1 : 0;
        assertTrue(space.isReturnAddressAtStackPointer(address));
        victims.add(victim);
        spaces.add(space);
        if (spaces.size() > LIVE) {
          victims.remove().close();
          spaces.remove().close();
        }
        bench.advance(Duration.ofMillis(50));
        SymbolizerStatistics statistics = bench.symbolizer().statistics();
        assertTrue(statistics.openFiles() <= LIMITS.open(), () -> statistics.toString());
        assertTrue(HostBench.descriptorsBelow(programs) <= LIMITS.open());
        assertTrue(statistics.cacheBytes() <= CACHE_BYTES, () -> statistics.toString());
        assertTrue(bench.symbolizer().knownFiles() <= LIMITS.files());
      }
      assertEquals(PROGRAMS, named);
      assertTrue(bytesIn(cache) <= CACHE_BYTES);
      assertTrue(bench.symbolizer().statistics().cacheEvictions() > PROGRAMS / 2);
      victims.forEach(Victim::close);
      spaces.forEach(AddressSpace::close);
      bench.advance(Duration.ofSeconds(3));
      bench.symbolizer().sweep();
      assertEquals(0, bench.openFiles());
      assertEquals(0, HostBench.descriptorsBelow(programs));
      assertEquals(0, bench.symbolizer().statistics().addressSpaces());
    }
    assertEquals(0, HostBench.descriptorsBelow(directory));
  }

  private static int lastIndexOf(byte[] content, byte[] wanted) {
    for (int i = content.length - wanted.length; i > 0; i--) {
      boolean same = true;
      for (int j = 0; j < wanted.length && same; j++) {
        same = content[i + j] == wanted[j];
      }
      if (same) {
        return i;
      }
    }
    throw new AssertionError("not found");
  }

  private static long address(Toolchain tools) throws IOException {
    for (String line : tools.run("nm", "program").lines().toList()) {
      if (line.endsWith(" T call")) {
        return Long.parseLong(line.substring(0, line.indexOf(' ')), 16);
      }
    }
    throw new AssertionError("no function in nm");
  }

  private static long bytesIn(Path cache) throws IOException {
    long bytes = 0;
    try (DirectoryStream<Path> files = Files.newDirectoryStream(cache)) {
      for (Path file : files) {
        bytes += Files.size(file);
      }
    }
    return bytes;
  }

  /** Read at whatever moment of their lives, they have names or are gone. */
  @Test
  void shortProcessesAreNamedOrGone() throws IOException, InterruptedException {
    Path program = new Toolchain(directory).compile("short", "int main(void) { return 0; }");
    ProcFs proc = ProcFs.ofSystem();
    int gone = 0;
    int read = 0;
    int reasons = 0;
    try (HostBench bench = HostBench.of(directory.resolve("cache"))) {
      for (int i = 0; i < 300; i++) {
        Process process = new ProcessBuilder(program.toString()).start();
        int pid = (int) process.pid();
        OptionalLong ticks = proc.startTimeTicks(pid);
        if (i % 3 == 0) {
          Thread.onSpinWait();
        } else if (i % 3 == 1) {
          process.destroyForcibly();
        }
        AddressSpace space = bench.symbolizer().read(pid, ticks.orElse(0));
        if (space.isGone()) {
          gone++;
          assertEquals(
              Optional.of(UnnamedReason.PROCESS_GONE), space.locate(0x401000, false).unnamed());
        } else {
          read++;
          if (i % 3 == 2) {
            process.waitFor();
          }
          for (long address = 0x5555_5555_0000L; address < 0x5555_5556_0000L; address += 0x1000) {
            reasons += space.locate(address, true).unnamed().isPresent() ? 1 : 0;
            space.isCode(address);
            space.isReturnAddressAtStackPointer(address);
          }
          space.refresh();
        }
        space.close();
        process.waitFor();
        bench.advance(Duration.ofMillis(30));
      }
      assertEquals(300, gone + read);
      assertTrue(gone > 0, "none ended early");
      assertEquals(16 * read, reasons, "addresses of no mapping");
      assertEquals(0, bench.symbolizer().statistics().addressSpaces());
      assertTrue(bench.openFiles() < 20);
    }
    assertEquals(0, HostBench.descriptorsBelow(directory));
  }

  /** Both threads at work while the process maps and unmaps code. */
  @Test
  void codeThatComesAndGoesHarmsNothing() throws Exception {
    String churn =
        Victim.SOURCE
            .replace(
                "#include <stdio.h>",
                "#include <stdio.h>\n#include <sys/mman.h>\n#include <pthread.h>")
            .replace(
                "int main(",
                """
                static void *churn(void *unused) {
                  for (;;) {
                    void *area[64];
                    for (int i = 0; i < 64; i++)
                      area[i] = mmap(0, (1 + i % 3) * 4096, (i % 2 ? PROT_EXEC : 0) | PROT_READ,
                                     MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
                    for (int i = 0; i < 64; i++) munmap(area[i], (1 + i % 3) * 4096);
                  }
                }
                int main(""")
            .replace(
                "with_frame(argc);",
                "with_frame(argc); pthread_t t; pthread_create(&t, 0, churn, 0);");
    Path program = new Toolchain(directory).compile("churn", churn, "-pthread");
    ExecutorService sampling = Executors.newSingleThreadExecutor();
    try (HostBench bench = HostBench.of(directory.resolve("cache"));
        Victim victim = Victim.start(program)) {
      AddressSpace space = bench.read(victim);
      AtomicBoolean stop = new AtomicBoolean();
      Future<Integer> sampled = sampling.submit(() -> sample(bench, space, victim, stop));
      int generation = space.refresh();
      int changes = 0;
      int rounds = 0;
      for (long end = System.nanoTime() + 1_500_000_000L; System.nanoTime() < end; rounds++) {
        assertEquals("with_frame", name(space, victim.address("in_with_frame")));
        assertEquals("hidden_function", name(space, victim.address("hidden_function")));
        space.locate(0x7f00_0000_0000L + 4096L * rounds, true);
        bench.advance(Duration.ofMillis(1100));
        int next = space.refresh();
        changes += next == generation ? 0 : 1;
        generation = next;
      }
      stop.set(true);
      assertTrue(sampled.get() > 0);
      assertTrue(changes > 0, "the mappings never changed in " + rounds + " rounds");
      AddressSpace child = bench.symbolizer().inherit(space);
      space.close();
      assertEquals("hidden_function", name(child, victim.address("hidden_function")));
      child.close();
      bench.advance(Duration.ofSeconds(3));
      bench.symbolizer().sweep();
      assertEquals(0, bench.openFiles());
    } catch (ExecutionException e) {
      throw new AssertionError(e.getCause());
    } finally {
      sampling.shutdownNow();
    }
  }

  private static int sample(HostBench bench, AddressSpace space, Victim victim, AtomicBoolean stop)
      throws IOException {
    int rounds = 0;
    for (; !stop.get(); rounds++) {
      assertTrue(space.isReturnAddressAtStackPointer(victim.address("hidden_function")));
      assertFalse(space.isReturnAddressAtStackPointer(victim.address("in_with_frame")));
      assertTrue(space.isCode(victim.address("with_frame")));
      space.isCode(0x7f11_0000_0000L + 4096L * rounds);
      AddressSpace again = bench.read(victim);
      assertFalse(again.isGone());
      bench.symbolizer().inherit(again).close();
      again.close();
    }
    return rounds;
  }
}
