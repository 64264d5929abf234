package io.nodeflame.symbolizer.symbols;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A cache in a Java machine that has no file descriptor left. */
class FewDescriptorsTest {
  private static final FileKey KEY = FileKey.ofBuildId("aaaaaaaa");

  @TempDir Path directory;

  @Test
  void aGoodIndexIsThereAgainWithTheDescriptors() throws IOException, InterruptedException {
    Process process =
        new ProcessBuilder(
                "sh",
                "-c",
                "ulimit -n 200; exec \"$@\"",
                "sh",
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx32m",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                FewDescriptorsTest.class.getName(),
                directory.toString())
            .redirectErrorStream(true)
            .start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

    assertEquals(0, process.waitFor(), output);
    assertEquals("false 1 0\nonly\n", output);
  }

  /** The program of the child: directory. */
  public static void main(String[] arguments) throws IOException {
    SymbolCache cache = SymbolCache.open(Path.of(arguments[0]), 1 << 20, Clock.systemUTC());
    byte[] name = {'o', 'n', 'l', 'y'};
    cache
        .store(KEY, true, target -> target.symbol(SymbolKind.GLOBAL, 16, 16, 64, name, 4))
        .orElseThrow()
        .close();
    cache.find(KEY).orElseThrow().close(); // loads the classes that a look-up needs
    List<FileChannel> all = new ArrayList<>();
    try {
      while (true) {
        all.add(FileChannel.open(Path.of("/dev/null")));
      }
    } catch (IOException e) {
      boolean isFound = cache.find(KEY).isPresent();
      for (FileChannel each : all) {
        each.close();
      }
      SymbolCacheStats stats = cache.stats();
      System.out.print(isFound + " " + stats.files() + " " + stats.corrupt() + "\n");
    }
    try (SymbolTable table = cache.find(KEY).orElseThrow()) {
      System.out.print(table.find(20).orElseThrow().name() + "\n");
    }
  }
}
