package io.nodeflame.symbolizer.elf;

import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import io.nodeflame.symbolizer.bytes.ArrayBytes;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ElfMutationTest {
  private static final int MUTANTS = 4000;
  private static final long MAX_ALLOCATED_BYTES = 8 << 20;

  @TempDir Path directory;

  private int parsed;
  private int refused;

  @Test
  void noMutantDoesMoreThanThrow() throws IOException {
    Toolchain tools = new Toolchain(directory);
    Path file = tools.program("program", "-g", "-gz=zlib", "-rdynamic");
    tools.run("objcopy", "--add-gnu-debuglink=program.c", file.toString());
    byte[] original = Files.readAllBytes(file);
    long sections = Toolchain.parse(file).sections().get(1).offset();
    ThreadMXBean thread = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    Random random = new Random(20260801);

    for (int i = 0; i < MUTANTS; i++) {
      byte[] mutant = mutate(original, random, (int) sections);
      long before = thread.getCurrentThreadAllocatedBytes();
      exercise(mutant);
      long allocated = thread.getCurrentThreadAllocatedBytes() - before;
      int number = i;
      assertTrue(allocated < MAX_ALLOCATED_BYTES, () -> "mutant " + number + " took " + allocated);
    }

    int wrong = refused;
    assertTrue(parsed > MUTANTS / 4, () -> "only " + parsed + " mutants got past their headers");
    assertTrue(wrong > MUTANTS / 10, () -> "only " + wrong + " mutants were refused");
  }

  /** Mostly in the headers, which rule over the rest. */
  private static byte[] mutate(byte[] original, Random random, int firstSection) {
    byte[] mutant =
        random.nextInt(10) == 0
            ? Arrays.copyOf(original, random.nextInt(original.length))
            : original.clone();
    if (mutant.length == 0) {
      return mutant;
    }
    int sectionHeaders = Math.max(0, mutant.length - 40 * 64);
    int changes = 1 + random.nextInt(6);
    for (int i = 0; i < changes; i++) {
      int at =
          switch (random.nextInt(4)) {
            case 0 -> random.nextInt(Math.min(firstSection, mutant.length));
            case 1 -> sectionHeaders + random.nextInt(mutant.length - sectionHeaders);
            case 2 -> random.nextInt(Math.min(0x1000, mutant.length));
            default -> random.nextInt(mutant.length);
          };
      mutant[at] =
          switch (random.nextInt(4)) {
            case 0 -> (byte) 0xff;
            case 1 -> 0;
            case 2 -> (byte) (mutant[at] ^ 1 << random.nextInt(8));
            default -> (byte) random.nextInt();
          };
    }
    return mutant;
  }

  private void exercise(byte[] bytes) {
    ElfFile[] elf = new ElfFile[1];
    attempt(() -> elf[0] = ElfFile.parse(new ArrayBytes(bytes)));
    ElfFile file = elf[0];
    if (file == null) {
      return;
    }
    parsed++;
    attempt(file::buildId);
    attempt(file::debugLink);
    attempt(() -> drain(file.staticSymbols()));
    attempt(() -> drain(file.dynamicSymbols()));
    attempt(() -> file.symbolsNamed(Set.of("counter", "nothing")));
    attempt(() -> file.bytesAt(file.entry()));
    for (ElfSection section : file.sections()) {
      attempt(() -> file.contents(section));
      if (section.isCompressed()) {
        attempt(() -> file.inflateTo(section, OutputStream.nullOutputStream(), 1 << 20));
      }
    }
    for (ElfSegment segment : file.segments()) {
      attempt(() -> file.contents(segment));
      file.virtualAddress(segment.offset());
      file.virtualAddressOfCode(segment.offset(), segment.fileSize());
      file.fileOffset(segment.address());
    }
  }

  private interface Attempt {
    void run() throws IOException;
  }

  private void attempt(Attempt attempt) {
    try {
      attempt.run();
    } catch (IOException e) {
      refused++;
    }
  }

  private static void drain(Optional<ElfSymbolCursor> table) throws IOException {
    if (table.isPresent()) {
      while (table.get().nextFunction()) {
        assertTrue(table.get().name().length() <= ElfSymbolCursor.MAX_NAME_BYTES);
      }
    }
  }
}
