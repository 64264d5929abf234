package io.nodeflame.symbolizer.host;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;

import io.nodeflame.symbolizer.AddressSpace;
import io.nodeflame.symbolizer.Location;
import io.nodeflame.symbolizer.bytes.ArrayBytes;
import io.nodeflame.symbolizer.elf.Toolchain;
import io.nodeflame.symbolizer.process.FileIdentity;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NamedAddressesTest {
  @TempDir Path directory;

  @Test
  void aSecondProcessOfAProgramGetsTheSameLocations() throws IOException {
    Path program = new Toolchain(directory).compile("program", Victim.SOURCE);
    try (HostBench bench = HostBench.of(directory.resolve("cache"));
        Victim first = Victim.start(program);
        Victim second = Victim.start(program)) {
      Location named = locate(bench, first, "hidden_function", 0);
      assertEquals("hidden_function", HostBench.function(named));
      assertSame(named, locate(bench, first, "hidden_function", 1), "one for the function");
      assertSame(named, locate(bench, second, "hidden_function", 1));
      assertNotSame(named, locate(bench, second, "with_frame", 0));
      assertEquals("with_frame", HostBench.function(locate(bench, second, "with_frame", 0)));
    }
  }

  private static Location locate(HostBench bench, Victim victim, String function, int offset)
      throws IOException {
    AddressSpace space = bench.read(victim);
    Location location = space.locate(victim.address(function) + offset, false);
    space.close();
    return location;
  }

  @Test
  void forgetsAllWhenFullAndOneFileWhenItIsClosed() throws IOException {
    byte[] content = Files.readAllBytes(new Toolchain(directory).program("program", "-s"));
    FileIdentity identity = new FileIdentity(1, 1, content.length, 0);
    CodeFile file = CodeFile.parse(new ArrayBytes(content), 1, identity, "/program");
    Location location = FrameNames.jit("function");
    NamedAddresses named = new NamedAddresses(3);
    for (long address = 1; address <= 3; address++) {
      named.keep(file, address, location);
      named.keep(file, address, location);
    }
    assertEquals(3, named.size());
    named.keep(file, 4, location);
    assertEquals(1, named.size());
    assertNull(named.find(file, 1));
    assertSame(location, named.find(file, 4));
    named.forget(file);
    assertEquals(0, named.size());
    assertNull(named.find(file, 4));
  }
}
