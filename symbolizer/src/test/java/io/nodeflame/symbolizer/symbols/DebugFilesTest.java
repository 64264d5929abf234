package io.nodeflame.symbolizer.symbols;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.nodeflame.symbolizer.elf.ElfFile;
import io.nodeflame.symbolizer.elf.Toolchain;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DebugFilesTest {
  private static final String DEBUG_DIR = "/usr/lib/debug";

  @TempDir Path work;
  @TempDir Path container;
  @TempDir Path host;

  private Toolchain tools;

  @BeforeEach
  void prepare() {
    tools = new Toolchain(work);
  }

  /** A stripped program at /app/program with a link to program.debug, which stays in work. */
  private ElfFile strippedProgram(String... options) throws IOException {
    Path file = tools.program("program", options);
    tools.run("objcopy", "--only-keep-debug", "program", "program.debug");
    tools.run("strip", "program");
    tools.run("objcopy", "--add-gnu-debuglink=program.debug", "program");
    return Toolchain.parse(file);
  }

  private void place(Path root, String path) throws IOException {
    Path target = root.resolve(path.substring(1));
    Files.createDirectories(target.getParent());
    Files.copy(work.resolve("program.debug"), target);
  }

  private Optional<String> find(ElfFile binary) throws IOException {
    return find(binary, "/app/program", new TrustedRoot(container));
  }

  private Optional<String> find(ElfFile binary, String path, FileOpener root) throws IOException {
    DebugFiles files = new DebugFiles(new TrustedRoot(host), List.of("/nowhere", DEBUG_DIR));
    Optional<DebugFile> found = files.find(binary, path, root);
    if (found.isPresent()) {
      found.get().close();
    }
    return found.map(DebugFile::path);
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void findsByBuildIdInContainerAndOnHost(boolean inContainer) throws IOException {
    ElfFile binary = strippedProgram("-g", "-Wl,--build-id=0xabcdef0123456789");
    String path = DEBUG_DIR + "/.build-id/ab/cdef0123456789.debug";
    assertEquals(Optional.empty(), find(binary));

    place(inContainer ? container : host, path);

    assertEquals(Optional.of(path), find(binary));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/app/program.debug",
        "/app/.debug/program.debug",
        "/usr/lib/debug/app/program.debug"
      })
  void findsByLinkAndChecksum(String path) throws IOException {
    ElfFile binary = strippedProgram("-g", "-Wl,--build-id=none");
    place(container, path);

    assertEquals(Optional.of(path), find(binary));

    Path file = container.resolve(path.substring(1));
    byte[] bytes = Files.readAllBytes(file);
    bytes[bytes.length - 1] ^= 1;
    Files.write(file, bytes);
    assertEquals(Optional.empty(), find(binary), "the checksum is wrong now");
  }

  @Test
  void findsByLinkInTheHostsDebugDirectory() throws IOException {
    ElfFile binary = strippedProgram("-g", "-Wl,--build-id=none");
    place(host, "/app/program.debug");
    assertEquals(Optional.empty(), find(binary), "only the debug directories of the host count");

    place(host, "/usr/lib/debug/app/program.debug");

    assertEquals(Optional.of("/usr/lib/debug/app/program.debug"), find(binary));
  }

  @Test
  void refusesAnotherBuild() throws IOException {
    ElfFile binary = strippedProgram("-g", "-Wl,--build-id=0xabcdef0123456789");
    String byId = DEBUG_DIR + "/.build-id/ab/cdef0123456789.debug";
    Path file = work.resolve("program.debug");
    byte[] bytes = Files.readAllBytes(file);
    int at = indexOf(bytes, new byte[] {(byte) 0xab, (byte) 0xcd, (byte) 0xef, 0x01});
    bytes[at] ^= 1;
    Files.write(file, bytes);
    place(container, byId);
    place(container, "/app/program.debug");

    assertEquals(Optional.empty(), find(binary));
  }

  private static int indexOf(byte[] bytes, byte[] part) {
    for (int i = 0; ; i++) {
      if (java.util.Arrays.equals(bytes, i, i + part.length, part, 0, part.length)) {
        return i;
      }
    }
  }

  @Test
  void passesOverWhatIsNotADebugFile() throws IOException {
    ElfFile binary = strippedProgram("-g");
    Files.createDirectories(container.resolve("app/program.debug"));
    Files.createDirectories(container.resolve("app/.debug"));
    Files.writeString(container.resolve("app/.debug/program.debug"), "not ELF");
    String last = "/usr/lib/debug/app/program.debug";
    place(container, last);

    assertEquals(Optional.of(last), find(binary));
  }

  @Test
  void neverAsksForAPathThatLeadsUp() throws IOException {
    ElfFile binary = strippedProgram("-g", "-Wl,--build-id=none");
    List<String> asked = new ArrayList<>();
    FileOpener recorder =
        path -> {
          asked.add(path);
          return Optional.empty();
        };

    for (String path : List.of("/app/../../etc/program", "relative", "", "/a/..", "/a\0b")) {
      assertEquals(Optional.empty(), find(binary, path, recorder));
    }
    assertEquals(List.of(), asked);
    assertEquals(Optional.empty(), find(binary, "/program", recorder));
    assertEquals(
        List.of(
            "/program.debug",
            "/.debug/program.debug",
            "/nowhere/program.debug",
            "/usr/lib/debug/program.debug"),
        asked);
  }
}
