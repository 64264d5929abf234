package io.nodeflame.symbolizer.perfmap;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Memory of perf-maps when the disk is full, and when it is not any more. */
class PageMemoryTest {
  private static final int SEGMENT_PAGES = 64;

  @TempDir Path directory;
  private final List<IOException> told = new ArrayList<>();

  private static int allocateAll(PageMemory memory) {
    int pages = 0;
    for (int page = memory.allocate(); page >= 0; page = memory.allocate()) {
      memory.putLong(page, 0, page);
      memory.putLong(page, PageMemory.PAGE_BYTES - Long.BYTES, page);
      pages++;
    }
    for (int page = 0; page < pages; page++) {
      assertEquals(page, memory.getLong(page, 0));
      assertEquals(page, memory.getLong(page, PageMemory.PAGE_BYTES - Long.BYTES));
    }
    return pages;
  }

  /** Each write to it fails with ENOSPC. */
  private static FileChannel fullDisk() throws IOException {
    return FileChannel.open(
        Path.of("/dev/full"), StandardOpenOption.READ, StandardOpenOption.WRITE);
  }

  @Test
  void aFullDiskLeavesALittleDirectMemory() throws IOException {
    try (PageMemory memory =
        PageMemory.inFile(new PageFile(PageMemoryTest::fullDisk, told::add), 8 << 20, 2 << 20)) {
      assertEquals(2 * SEGMENT_PAGES, allocateAll(memory));
      assertTrue(memory.lacksFile());
      assertEquals(0, memory.fileBytes());
      assertEquals(1, told.size(), "not once per page");
      memory.tryAgain();
      assertTrue(memory.lacksFile());
      assertEquals(-1, memory.allocate());
      assertEquals(-1, memory.allocate());
      assertEquals(2, told.size());
      memory.free(5);
      assertEquals(5, memory.allocate());
    }
  }

  @Test
  void aDirectoryThatIsNoneIsUsedOnceItIs() throws IOException {
    Path cache = Files.createFile(directory.resolve("cache"));
    try (PageMemory memory = PageMemory.inDirectory(cache, 4 << 20, 1 << 20, told::add)) {
      assertEquals(SEGMENT_PAGES, allocateAll(memory));
      Files.delete(cache);
      Files.createDirectory(cache);
      assertEquals(-1, memory.allocate(), "nothing is tried yet");
      memory.tryAgain();
      assertEquals(SEGMENT_PAGES, memory.allocate());
      assertFalse(memory.lacksFile());
      assertEquals(1 << 20, memory.fileBytes());
      for (int page = memory.allocate(); page >= 0; page = memory.allocate()) {
        memory.putLong(page, 0, page);
      }
      assertEquals(4 << 20, memory.usedBytes());
      assertEquals(3 << 20, memory.fileBytes());
      try (var files = Files.list(cache)) {
        assertEquals(0, files.count(), "nameless");
      }
    }
  }

  @Test
  void aFileThatAnInterruptClosedIsReplaced() throws IOException {
    try (PageMemory memory = PageMemory.inDirectory(directory, 2 << 20, 0, told::add)) {
      int page = memory.allocate();
      memory.putLong(page, 0, 42);
      for (int i = 1; i < SEGMENT_PAGES; i++) {
        memory.allocate();
      }
      Thread.currentThread().interrupt();
      assertEquals(-1, memory.allocate());
      assertTrue(Thread.interrupted());
      assertEquals(0, told.size(), "not the disk's fault");
      memory.tryAgain();
      int next = memory.allocate();
      assertEquals(SEGMENT_PAGES, next);
      memory.putLong(next, 0, 43);
      assertEquals(42, memory.getLong(page, 0));
      assertEquals(43, memory.getLong(next, 0));
    }
  }

  /** Reading what is mapped then is an error of the Java machine. */
  @Test
  void aFileThatWasCutIsNotUsedAnyMore() throws IOException {
    try (PageMemory memory = PageMemory.inDirectory(directory, 8 << 20, 2 << 20, told::add)) {
      int page = memory.allocate();
      int other = memory.allocate();
      memory.putLong(page, 0, 42);
      cutMappedFile();
      assertThrows(InternalError.class, () -> readOften(memory, page));

      memory.distrustFile();
      memory.distrustFile();
      memory.free(page);
      memory.free(other);

      assertEquals(1, told.size());
      assertTrue(memory.lacksFile());
      memory.tryAgain();
      int pages = 0;
      for (int next = memory.allocate(); next >= 0; next = memory.allocate()) {
        assertTrue(next >= SEGMENT_PAGES, "page " + next + " is of the file");
        memory.putLong(next, 0, next);
        assertEquals(next, memory.getLong(next, 0));
        pages++;
      }
      assertEquals(2 * SEGMENT_PAGES, pages, "of direct memory");
    }
  }

  private static long readOften(PageMemory memory, int page) {
    long sum = 0;
    for (int i = 0; i < 100_000; i++) { // compiled code has the fault, too
      sum += memory.getLong(page, i % 1000 * Long.BYTES);
    }
    return sum;
  }

  /** It has no name, but root of the host could do this. */
  private void cutMappedFile() throws IOException {
    int cut = 0;
    try (DirectoryStream<Path> links = Files.newDirectoryStream(Path.of("/proc/self/fd"))) {
      for (Path link : links) {
        if (isPageFile(link)) {
          try (FileChannel file = FileChannel.open(link, StandardOpenOption.WRITE)) {
            file.truncate(0);
            cut++;
          }
        }
      }
    }
    assertEquals(1, cut);
  }

  private boolean isPageFile(Path link) throws IOException {
    try {
      Path target = Files.readSymbolicLink(link);
      return target.startsWith(directory) && target.toString().endsWith(".pages (deleted)");
    } catch (NoSuchFileException e) {
      return false; // of another thread, closed meanwhile
    }
  }

  @Test
  void aPieceThatFindsNoRoomIsCutOff() throws IOException {
    Path path = directory.resolve("pages");
    FileChannel file =
        FileChannel.open(
            path, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
    try (PageFile pages = new PageFile(() -> file, told::add)) {
      assertTrue(pages.map(4096) != null);
      assertEquals(4096, Files.size(path));
      file.close(); // fails from now on
      assertEquals(null, pages.map(4096));
      assertEquals(4096, Files.size(path));
      assertEquals(4096, pages.bytes());
      assertTrue(pages.hasFailed());
    }
  }
}
