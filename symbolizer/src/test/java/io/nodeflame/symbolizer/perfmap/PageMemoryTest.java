package io.nodeflame.symbolizer.perfmap;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
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
  private static RandomAccessFile fullDisk() throws IOException {
    return new RandomAccessFile("/dev/full", "rw");
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
  void anInterruptOfTheThreadCostsNothing() throws IOException {
    try (PageMemory memory = PageMemory.inDirectory(directory, 4 << 20, 0, told::add)) {
      Thread.currentThread().interrupt();
      assertEquals(4 * SEGMENT_PAGES, allocateAll(memory));
      assertTrue(Thread.interrupted());
      assertEquals(List.of(), told);
    }
  }

  /** More pages than are kept on the heap, in an order that makes each of them go and come. */
  @Test
  void whatWasWrittenIsRead() throws IOException {
    try (PageMemory memory = PageMemory.inDirectory(directory, 8 << 20, 0, told::add)) {
      int pages = allocateAll(memory);
      assertEquals(8 * SEGMENT_PAGES, pages);
      Random random = new Random(7);
      long[] model = new long[pages];
      for (int page = 0; page < pages; page++) {
        model[page] = page;
      }
      for (int i = 0; i < 100_000; i++) {
        int written = random.nextInt(pages);
        if (random.nextInt(4) == 0) {
          memory.free(written); // what is in it may be anything then
          assertEquals(written, memory.allocate());
          model[written] = random.nextLong();
          memory.putLong(written, 0, model[written]);
        }
        int read = random.nextInt(pages);
        assertEquals(model[read], memory.getLong(read, 0));
      }
    }
  }

  @Test
  void aFileThatWasCutIsNotUsedAnyMore() throws IOException {
    try (PageMemory memory = PageMemory.inDirectory(directory, 2 << 20, 2 << 20, told::add)) {
      int pages = allocateAll(memory);
      assertEquals(2 * SEGMENT_PAGES, pages, "twice what is kept on the heap");
      memory.free(1);
      cutFile();
      assertThrows(UncheckedIOException.class, () -> memory.getLong(0, 0));

      memory.distrustFile(new IOException("cut"));
      memory.distrustFile(new IOException("cut"));
      memory.free(0);
      memory.free(pages - 1);

      assertEquals(1, told.size());
      assertTrue(memory.lacksFile());
      memory.tryAgain();
      assertEquals(-1, memory.allocate(), "the file's pages count, and are not handed out");
    }
  }

  @Test
  void directMemoryIsUsedInsteadOfAFileThatWasCut() throws IOException {
    try (PageMemory memory = PageMemory.inDirectory(directory, 8 << 20, 2 << 20, told::add)) {
      memory.putLong(memory.allocate(), 0, 42);
      memory.distrustFile(new IOException("cut"));
      int pages = 0;
      for (int next = memory.allocate(); next >= 0; next = memory.allocate()) {
        assertTrue(next >= SEGMENT_PAGES, "page " + next + " is of the file");
        memory.putLong(next, 0, next);
        assertEquals(next, memory.getLong(next, 0));
        pages++;
      }
      assertEquals(2 * SEGMENT_PAGES, pages);
    }
  }

  /** It has no name, but root of the host could do this. */
  private void cutFile() throws IOException {
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
    try (PageFile pages = new PageFile(() -> new SmallDisk(path, 5), told::add)) {
      assertTrue(pages.grow(3));
      assertEquals(3 * PageMemory.PAGE_BYTES, Files.size(path));
      assertFalse(pages.grow(3));
      assertEquals(3 * PageMemory.PAGE_BYTES, Files.size(path));
      assertEquals(3 * PageMemory.PAGE_BYTES, pages.bytes());
      assertTrue(pages.hasFailed());
      assertEquals(1, told.size());
    }
  }

  /** With room for some writes. */
  private static final class SmallDisk extends RandomAccessFile {
    private int left;

    SmallDisk(Path path, int writes) throws IOException {
      super(path.toFile(), "rw");
      left = writes;
    }

    @Override
    public void write(byte[] bytes) throws IOException {
      if (left-- == 0) {
        throw new IOException("No space left on device");
      }
      super.write(bytes);
    }
  }
}
