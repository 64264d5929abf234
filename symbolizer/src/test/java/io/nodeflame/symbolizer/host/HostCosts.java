package io.nodeflame.symbolizer.host;

import io.nodeflame.symbolizer.AddressSpace;
import io.nodeflame.symbolizer.bytes.FileBytes;
import io.nodeflame.symbolizer.elf.ElfFile;
import io.nodeflame.symbolizer.elf.Toolchain;
import io.nodeflame.symbolizer.process.MappedFiles;
import io.nodeflame.symbolizer.process.Mapping;
import io.nodeflame.symbolizer.process.OpenedFile;
import io.nodeflame.symbolizer.process.ProcFs;
import io.nodeflame.symbolizer.process.ProcessId;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Prints what the work of both threads costs. Not a test: run by name. */
class HostCosts {
  private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

  @TempDir Path directory;

  private interface Work {
    void run(int round) throws IOException;
  }

  private static void print(String what, int rounds, Work work) throws IOException {
    long before = THREADS.getCurrentThreadCpuTime();
    for (int i = 0; i < rounds; i++) {
      work.run(i);
    }
    long nanos = THREADS.getCurrentThreadCpuTime() - before;
    System.out.printf("%-64s %9.2f us%n", what, nanos / 1000.0 / rounds);
  }

  @Test
  void print() throws IOException {
    Path program = new Toolchain(directory).compile("program", Victim.SOURCE);
    try (HostBench bench = HostBench.of(directory.resolve("cache"));
        Victim victim = Victim.start(program)) {
      for (int pass = 0; pass < 4; pass++) {
        System.out.println("pass " + pass + ":");
        newPrograms(bench, program, pass);
        reads(bench, victim);
        leaves(bench, victim, pass);
        names(bench, victim);
      }
    }
  }

  private void newPrograms(HostBench bench, Path program, int pass) throws IOException {
    newProcesses(bench, program, pass, false);
    newProcesses(bench, program, pass, true);
  }

  /** Between two of them the processor has other things in its caches, as in life. */
  private void newProcesses(HostBench bench, Path program, int pass, boolean copies)
      throws IOException {
    long nanos = 0;
    long namingNanos = 0;
    int count = 100;
    for (int i = 0; i < count; i++) {
      Path file = copies ? directory.resolve("copy" + pass + "-" + i) : program;
      if (copies) {
        Files.copy(program, file);
      }
      try (Victim victim = Victim.start(file)) {
        long before = THREADS.getCurrentThreadCpuTime();
        AddressSpace space = bench.read(victim);
        nanos += THREADS.getCurrentThreadCpuTime() - before;
        before = THREADS.getCurrentThreadCpuTime();
        space.locate(victim.address("with_frame"), true);
        namingNanos += THREADS.getCurrentThreadCpuTime() - before;
        space.close();
      }
    }
    String what = copies ? "of a new program" : "of a known program";
    System.out.printf("%-64s %9.2f us%n", "read, a new process " + what, nanos / 1000.0 / count);
    System.out.printf("%-64s %9.2f us%n", "  and its first name", namingNanos / 1000.0 / count);
  }

  private static void reads(HostBench bench, Victim victim) throws IOException {
    int pid = (int) ProcessHandle.current().pid();
    long ticks = ProcFs.ofSystem().startTimeTicks(pid).orElseThrow();
    print("read, C process, its files open", 1000, i -> bench.read(victim).close());
    print(
        "read, C process, its files closed since",
        500,
        i -> {
          bench.advance(Duration.ofSeconds(3));
          bench.read(victim).close();
        });
    int lines = Files.readAllLines(Path.of("/proc/self/maps")).size();
    print(
        "read, this JVM with " + lines + " mappings",
        500,
        i -> bench.symbolizer().read(pid, ticks).close());
    Path libc = new Toolchain(Path.of("/tmp")).libc();
    try (FileBytes bytes = new FileBytes(FileChannel.open(libc))) {
      print("parsing the headers of libc", 500, i -> ElfFile.parse(bytes));
      print("  and its build ID", 500, i -> ElfFile.parse(bytes).buildId());
    }
    MappedFiles mapped = new MappedFiles(ProcFs.ofSystem());
    ProcessId id = new ProcessId(victim.pid(), victim.startTicks());
    Mapping mapping = ProcFs.ofSystem().mappings(victim.pid()).orElseThrow().get(0);
    print(
        "opening the file of a mapping",
        500,
        i -> {
          if (mapped.open(id, mapping) instanceof OpenedFile file) {
            file.close();
          }
        });
    ProcFs proc = ProcFs.ofSystem();
    print("  of it reading the mappings", 500, i -> proc.mappings(pid));
    print("mappings of the C process", 500, i -> proc.mappings(victim.pid()));
    print("start time of the C process", 500, i -> proc.startTimeTicks(pid));
  }

  private static void leaves(HostBench bench, Victim victim, int pass) throws IOException {
    AddressSpace space = bench.read(victim);
    long text = victim.address("puts") & -4096;
    Random random = new Random(pass);
    print(
        "leaf, libc, cached",
        100_000,
        i -> space.isReturnAddressAtStackPointer(victim.address("puts")));
    print(
        "leaf, libc, random address of 600 KB, not cached",
        5000,
        i -> space.isReturnAddressAtStackPointer(text + random.nextInt(600_000)));
    long[] hot = new long[200];
    for (int i = 0; i < hot.length; i++) {
      hot[i] = text + random.nextInt(600_000);
    }
    print(
        "leaf, libc, one of 200 hot addresses, all processes",
        5000,
        i -> space.isReturnAddressAtStackPointer(hot[i % hot.length]));
    space.close();
  }

  private static void names(HostBench bench, Victim victim) throws IOException {
    AddressSpace space = bench.read(victim);
    long text = victim.address("puts") & -4096;
    Random random = new Random(7);
    print("locate, libc, first (builds or opens the table)", 1, i -> space.locate(text, true));
    print(
        "locate, libc, random address",
        5000,
        i -> space.locate(text + random.nextInt(600_000), true));
    print("locate, own function", 5000, i -> space.locate(victim.address("with_frame"), true));
    space.close();
  }
}
