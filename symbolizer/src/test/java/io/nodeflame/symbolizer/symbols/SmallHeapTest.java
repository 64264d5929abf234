package io.nodeflame.symbolizer.symbols;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Builds the index of a huge program in a Java machine whose heap is smaller than the index. */
class SmallHeapTest {
  private static final int SYMBOLS = 1_000_000;

  @TempDir Path directory;

  @Test
  void aMillionSymbolsFitASmallHeap() throws IOException, InterruptedException {
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx12m",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                SmallHeapTest.class.getName(),
                directory.toString())
            .redirectErrorStream(true)
            .start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

    assertEquals(0, process.waitFor(), output);
    assertEquals("1000000 _ZN4some4deep9namespace8functionILi999999EEEvv\n", output);
  }

  /** The program of the child: directory. */
  public static void main(String[] arguments) throws IOException {
    Path directory = Path.of(arguments[0]);
    Path file = Files.createTempFile(directory, "index", ".sym");
    try (SymbolIndexWriter writer =
        new SymbolIndexWriter(FileChannel::open, file, directory, 256 << 20)) {
      for (int i = 0; i < SYMBOLS; i++) {
        long number = i * 611_953L % SYMBOLS; // a permutation: both are coprime
        byte[] name =
            ("_ZN4some4deep9namespace8functionILi" + number + "EEEvv")
                .getBytes(StandardCharsets.UTF_8);
        writer.symbol(SymbolKind.GLOBAL, 32 * number, 30, 32L * SYMBOLS, name, name.length);
      }
      writer.finish(true);
    }
    try (SymbolIndex index = SymbolIndex.open(file, new IndexChannels())) {
      String name = index.find(32L * SYMBOLS - 3).orElseThrow().name();
      System.out.print(index.count() + " " + name + "\n");
    }
  }
}
