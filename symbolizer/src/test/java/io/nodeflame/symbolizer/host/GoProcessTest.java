package io.nodeflame.symbolizer.host;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nodeflame.symbolizer.AddressSpace;
import io.nodeflame.symbolizer.FrameKind;
import io.nodeflame.symbolizer.Location;
import io.nodeflame.symbolizer.callframe.SystemTool;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class GoProcessTest {
  private static final String SOURCE =
      """
      package main

      import (
      	"bufio"
      	"fmt"
      	"os"
      	"reflect"
      	"runtime"
      )

      //go:noinline
      func leaf(a, b int) int { return a / (b | 1) }

      var inside uintptr

      //go:noinline
      func framed(a int) int {
      	var pcs [1]uintptr
      	runtime.Callers(1, pcs[:])
      	inside = pcs[0]
      	return leaf(a, int(pcs[0])) + 1
      }

      func main() {
      	framed(1)
      	fmt.Printf("leaf 0x%x\\n", reflect.ValueOf(leaf).Pointer())
      	fmt.Printf("framed 0x%x\\n", reflect.ValueOf(framed).Pointer())
      	fmt.Printf("inside 0x%x\\nend 0\\n", inside)
      	bufio.NewReader(os.Stdin).ReadString('\\n')
      }
      """;

  @TempDir Path directory;

  @ParameterizedTest
  @ValueSource(strings = {"", "-buildmode=pie", "-ldflags=-s"})
  void namesFunctionsAndKnowsLeaves(String option) throws IOException, InterruptedException {
    SystemTool.require("go");
    Path source = Files.writeString(directory.resolve("main.go"), SOURCE);
    Path program = directory.resolve("gopher");
    List<String> command = new ArrayList<>(List.of("go", "build", "-o", program.toString()));
    if (!option.isEmpty()) {
      command.add(option);
    }
    command.add(source.toString());
    SystemTool.run(
        directory,
        Map.of("GO111MODULE", "off", "GOFLAGS", "", "GOTOOLCHAIN", "local", "CGO_ENABLED", "0"),
        "",
        command);
    try (HostBench bench = HostBench.of(directory.resolve("cache"));
        Victim victim = Victim.start(program)) {
      AddressSpace space = bench.read(victim);
      assertTrue(space.switchesStacks());
      Location leaf = space.locate(victim.address("leaf"), false);
      assertEquals("main.leaf", HostBench.function(leaf));
      assertEquals(FrameKind.GO, leaf.kind());
      assertTrue(leaf.lines().get(0).file().endsWith("main.go"), leaf.toString());
      Location framed = space.locate(victim.address("inside"), true);
      assertEquals("main.framed", HostBench.function(framed));
      assertTrue(space.isReturnAddressAtStackPointer(victim.address("leaf")));
      assertTrue(space.isReturnAddressAtStackPointer(victim.address("framed")));
      assertFalse(space.isReturnAddressAtStackPointer(victim.address("inside")));
      space.close();
    }
  }
}
