package io.nodeflame.symbolizer.process;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nodeflame.symbolizer.bytes.ByteSource;
import io.nodeflame.symbolizer.bytes.MalformedException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MappedFilesTest {
  private static final int OWN_PID = (int) ProcessHandle.current().pid();
  private static final Path SLEEP = Path.of("/bin/sleep");

  @TempDir Path directory;
  private final ProcFs proc = ProcFs.ofSystem();
  private final MappedFiles files = new MappedFiles(proc);
  private Path program;
  private Process process;
  private ProcessId id;
  private Mapping mapping;

  @BeforeEach
  void start() throws IOException {
    program = directory.resolve("a program");
    Files.copy(SLEEP, program);
    process = new ProcessBuilder(program.toString(), "1000").start();
    int pid = (int) process.pid();
    id = proc.status(pid).orElseThrow().id();
    mapping = null;
    while (mapping == null && process.isAlive()) { // until the child has called exec
      mapping = find(proc.mappings(pid).orElseThrow(), program.toString());
    }
  }

  @AfterEach
  void stop() throws InterruptedException {
    process.destroyForcibly().waitFor();
  }

  private static Mapping find(MappingTable table, String path) {
    for (int i = 0; i < table.size(); i++) {
      if (table.path(i).equals(path)) {
        return table.get(i);
      }
    }
    return null;
  }

  /** The mapping as if it had moved: there is no link of this name. */
  private static Mapping withoutLink(Mapping mapping) {
    return new Mapping(
        mapping.start() + 1,
        mapping.end() + 1,
        mapping.fileOffset(),
        mapping.device(),
        mapping.inode(),
        mapping.path(),
        mapping.deleted(),
        mapping.kind());
  }

  private static void assertIsSleep(FileOpening opening) throws IOException {
    try (OpenedFile file = assertInstanceOf(OpenedFile.class, opening)) {
      assertArrayEquals(Files.readAllBytes(SLEEP), all(file.bytes()));
    }
  }

  private static byte[] all(ByteSource source) throws IOException {
    byte[] bytes = new byte[(int) source.size()];
    source.read(0, bytes, 0, bytes.length);
    return bytes;
  }

  @Test
  void opensTheFileOfAMappingByPath() throws IOException {
    assertIsSleep(files.open(id, mapping));
    assertIsSleep(files.open(id, withoutLink(mapping)));
  }

  @Test
  void opensADeletedFile() throws IOException {
    Requirement.root();
    Files.delete(program);
    Mapping deleted = find(proc.mappings(id.pid()).orElseThrow(), program.toString());
    assertTrue(deleted.deleted());
    assertIsSleep(files.open(id, deleted));
    assertIsSleep(files.open(id, mapping));
    assertEquals(
        new RefusedFile(FileRefusal.ABSENT), files.open(id, withoutLink(deleted)), "by path");
  }

  @Test
  void isNotConfusedByAFileThatTookThePath() throws IOException {
    Path other = Files.writeString(directory.resolve("other"), "not it");
    Files.move(other, program, StandardCopyOption.REPLACE_EXISTING);
    assertEquals(
        new RefusedFile(FileRefusal.OTHER_FILE), files.open(id, withoutLink(mapping)), "by path");
    Requirement.root();
    assertIsSleep(files.open(id, mapping));
  }

  @Test
  void opensAFileThatIsReallyCalledDeleted() throws IOException {
    Mapping renamed = withoutLink(mapping);
    Files.move(program, directory.resolve("a program (deleted)"));
    Mapping now = find(proc.mappings(id.pid()).orElseThrow(), program.toString());
    assertTrue(now.deleted());
    assertEquals(renamed.inode(), now.inode());
    assertIsSleep(files.open(id, withoutLink(now)));
  }

  @Test
  void findsAPathWithANewline() throws IOException {
    Files.move(program, directory.resolve("a\nprogram"));
    Mapping now = find(proc.mappings(id.pid()).orElseThrow(), directory + "/a\\012program");
    assertIsSleep(files.open(id, now));
    assertIsSleep(files.open(id, withoutLink(now)));
  }

  /** Containers run from an overlay, whose devices differ between maps and stat. */
  @Test
  void opensAFileOfAnOverlay() throws Exception {
    Requirement.root();
    Requirement.tool("unshare");
    String script =
        "cd \"$0\" && mkdir lower both && mv 'a program' lower/program && mount -t tmpfs none both"
            + " && mkdir both/upper both/work both/root && mount -t overlay overlay -o"
            + " lowerdir=lower,upperdir=both/upper,workdir=both/work both/root"
            + " && exec both/root/program 1000";
    process.destroyForcibly().waitFor();
    process =
        new ProcessBuilder("unshare", "--mount", "sh", "-c", script, directory.toString())
            .redirectErrorStream(true)
            .start();
    int pid = (int) process.pid();
    Mapping overlaid = null;
    while (overlaid == null && process.isAlive()) {
      overlaid = find(proc.mappings(pid).orElseThrow(), directory + "/both/root/program");
    }
    if (overlaid == null) {
      throw new AssertionError(new String(process.getInputStream().readAllBytes(), UTF_8));
    }
    ProcessId overlay = proc.status(pid).orElseThrow().id();
    assertIsSleep(files.open(overlay, overlaid));
    assertIsSleep(files.open(overlay, withoutLink(overlaid)));
  }

  @Test
  void refusesWhatIsTooBigOrNoFile() {
    MappedFiles small = new MappedFiles(proc, 100);
    assertEquals(new RefusedFile(FileRefusal.TOO_BIG), small.open(id, mapping));
    Mapping anonymous = new Mapping(1, 2, 0, 0, 0, "", false, MappingKind.ANONYMOUS);
    assertEquals(new RefusedFile(FileRefusal.NO_FILE), files.open(id, anonymous));
  }

  @Test
  void refusesTheFilesOfAnotherProcessWithThePid() throws InterruptedException {
    ProcessId earlier = new ProcessId(id.pid(), id.startTimeTicks() - 5);
    assertEquals(new RefusedFile(FileRefusal.PROCESS_GONE), files.open(earlier, mapping));
    process.destroyForcibly().waitFor();
    assertEquals(new RefusedFile(FileRefusal.PROCESS_GONE), files.open(id, mapping));
  }

  @Test
  void readsTheVdsoFromMemory() throws IOException {
    Requirement.root();
    Mapping vdso = find(proc.mappings(id.pid()).orElseThrow(), "[vdso]");
    byte[] image = all(files.vdso(id, vdso));
    assertEquals(vdso.end() - vdso.start(), image.length);
    assertEquals(0x7f, image[0]);
    assertEquals("ELF", new String(image, 1, 3, StandardCharsets.US_ASCII));
    Mapping own = find(proc.mappings(OWN_PID).orElseThrow(), "[vdso]");
    ProcessId self = proc.status(OWN_PID).orElseThrow().id();
    assertArrayEquals(image, all(files.vdso(self, own)));
    assertThrows(MalformedException.class, () -> files.vdso(id, mapping));
    ProcessId earlier = new ProcessId(id.pid(), id.startTimeTicks() - 5);
    assertThrows(IOException.class, () -> files.vdso(earlier, vdso));
  }

  @Test
  void readsMemoryWithinABudget() throws IOException {
    Requirement.root();
    byte[] bytes = new byte[64];
    try (ProcessMemory memory = proc.memory(id.pid(), 100)) {
      memory.read(mapping.start(), bytes, 0, 64);
      byte[] file = new byte[64];
      System.arraycopy(Files.readAllBytes(SLEEP), (int) mapping.fileOffset(), file, 0, 64);
      assertArrayEquals(file, bytes);
      assertEquals(36, memory.budgetBytes());
      assertThrows(MalformedException.class, () -> memory.read(mapping.start(), bytes, 0, 64));
      memory.grant(1000);
      assertThrows(IOException.class, () -> memory.read(8, bytes, 0, 8));
      assertThrows(MalformedException.class, () -> memory.read(-8, bytes, 0, 8));
      assertThrows(MalformedException.class, () -> memory.read(Long.MAX_VALUE - 4, bytes, 0, 8));
      assertEquals(992, memory.budgetBytes());
    }
  }
}
