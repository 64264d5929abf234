package io.nodeflame.symbolizer.elf;

import static org.junit.jupiter.api.Assumptions.abort;

import io.nodeflame.symbolizer.bytes.ByteSource;
import io.nodeflame.symbolizer.bytes.FileBytes;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Compiler and binutils, in one directory of a test. */
public final class Toolchain {
  /**
   * A program with every kind of function symbol: aliases, weak, ifunc, no size, no type, nested.
   */
  public static final String PROGRAM =
      """
      #include <stdio.h>
      int counter = 7;
      __thread int per_thread;
      __attribute__((noinline)) static int inner(int x) { return x * 3 + counter; }
      __attribute__((noinline)) int outer(int x) { return inner(x) + inner(x + 1); }
      extern int __outer_alias(int) __attribute__((alias("outer")));
      __attribute__((weak, noinline)) int maybe(int x) { return x ^ per_thread; }
      static int chosen_one(int x) { return x - 1; }
      static int (*choose(void))(int) { return chosen_one; }
      int chosen(int) __attribute__((ifunc("choose")));
      int unsized(void), untyped(void);
      __asm__(".text\\n.globl unsized\\n.type unsized, @function\\nunsized: nop\\n nop\\n ret\\n"
              ".globl untyped\\nuntyped: nop\\n ret\\n"
              ".globl whole\\n.type whole, @function\\nwhole: nop\\nlabel_inside: nop\\n ret\\n"
              ".size whole, .-whole\\n");
      int main(int argc, char **argv) {
        printf("%p %d\\n", (void *) argv, outer(argc) + maybe(argc) + chosen(argc) + unsized() + untyped());
        return 0;
      }
      """;

  private final Path directory;

  /** Skips the test, or fails it where skipping is forbidden, when there is no toolchain. */
  public Toolchain(Path directory) {
    this.directory = directory;
    for (String tool : List.of("gcc", "objcopy", "strip", "readelf", "nm")) {
      if (!works(tool, "--version")) {
        unavailable(tool);
      }
    }
  }

  public static void unavailable(String what) {
    String reason = "not installed: " + what;
    if (Boolean.getBoolean("nodeflame.kernel.required")) {
      throw new AssertionError(reason);
    }
    System.err.println("skipped, " + reason);
    abort(reason);
  }

  /** Compiles {@link #PROGRAM} with further options. */
  public Path program(String name, String... options) throws IOException {
    return compile(name, PROGRAM, options);
  }

  public Path compile(String name, String source, String... options) throws IOException {
    if (List.of(options).contains("-m32")
        && !works("gcc", "-m32", "-xc", "-c", "/dev/null", "-o", "/dev/null")) {
      unavailable("a 32-bit target of gcc");
    }
    Path file = directory.resolve(name);
    Path text = directory.resolve(name + ".c");
    Files.createDirectories(file.getParent());
    Files.writeString(text, source);
    List<String> command =
        new ArrayList<>(List.of("gcc", "-w", "-O1", "-o", file.toString(), text.toString()));
    command.addAll(List.of(options));
    run(command.toArray(String[]::new));
    return file;
  }

  public boolean works(String... command) {
    try {
      Process process = start(command);
      process.getInputStream().readAllBytes();
      return process.waitFor() == 0;
    } catch (IOException e) {
      return false;
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  public String run(String... command) throws IOException {
    Process process = start(command);
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    try {
      if (process.waitFor() != 0) {
        throw new AssertionError(String.join(" ", command) + ": " + output);
      }
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
    return output;
  }

  private Process start(String... command) throws IOException {
    ProcessBuilder builder = new ProcessBuilder(command).directory(directory.toFile());
    builder.environment().put("LC_ALL", "C");
    return builder.redirectErrorStream(true).start();
  }

  /**
   * A program that runs without section headers, as {@code sstrip} leaves it: they are gone, with
   * all that no segment holds.
   */
  public Path withoutSections(String name, Path file) throws IOException {
    long end = 0;
    for (ElfSegment segment : parse(file).segments()) {
      end = Math.max(end, segment.offset() + segment.fileSize());
    }
    byte[] bytes = Arrays.copyOf(Files.readAllBytes(file), (int) end);
    ByteBuffer.wrap(bytes)
        .order(ByteOrder.LITTLE_ENDIAN)
        .putLong(0x28, 0) // e_shoff
        .putShort(0x3c, (short) 0) // e_shnum
        .putShort(0x3e, (short) 0); // e_shstrndx
    Path target = Files.createFile(directory.resolve(name));
    Files.write(target, bytes);
    Files.setPosixFilePermissions(target, PosixFilePermissions.fromString("rwxr-xr-x"));
    return target;
  }

  /** The C library of this machine, in its default place. */
  public Path libc() throws IOException {
    Path libc = Path.of(run("gcc", "-print-file-name=libc.so.6").strip());
    if (!libc.isAbsolute()) {
      unavailable("libc.so.6");
    }
    return libc;
  }

  public static ByteSource bytes(Path file) throws IOException {
    return new FileBytes(FileChannel.open(file));
  }

  public static ElfFile parse(Path file) throws IOException {
    return ElfFile.parse(bytes(file));
  }
}
