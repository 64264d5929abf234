package io.nodeflame.symbolizer.go;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nodeflame.symbolizer.callframe.SystemTool;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Stack depths of real functions, against what their instructions do to the stack pointer. */
final class StackDepthTest {
  @TempDir static Path directory;

  @Test
  void depthFollowsInstructions() throws Exception {
    Assumptions.assumeTrue(
        System.getProperty("os.arch").equals("amd64"), "disassembly of x86-64 is compared");
    SystemTool.require("objdump");
    GoBinary binary = GoBinary.build(directory, GoBinary.Build.PLAIN);
    PclnTable table = binary.openStripped();
    Path output =
        SystemTool.run(
            directory,
            Map.of("LC_ALL", "C"),
            "",
            List.of("objdump", "-d", "-w", "--no-show-raw-insn", binary.withSymbols().toString()));
    List<DisassembledFunction> functions = DisassembledFunction.parse(Files.readAllLines(output));

    List<String> differences = new ArrayList<>();
    int instructions = 0;
    int followed = 0;
    for (DisassembledFunction function : functions) {
      Map<Long, Integer> depths = function.stackDepths();
      if (!depths.isEmpty()) {
        followed++;
        instructions += depths.size();
      }
      depths.forEach((pc, depth) -> compare(table, function, pc, depth, differences));
    }
    assertEquals(
        0,
        differences.size(),
        () -> String.join("\n", differences.subList(0, Math.min(20, differences.size()))));
    assertTrue(followed > 900, "only " + followed + " of " + functions.size() + " functions");
    assertTrue(instructions > 50_000, "only " + instructions + " instructions");
  }

  private static void compare(
      PclnTable table,
      DisassembledFunction function,
      long pc,
      int depth,
      List<String> differences) {
    try {
      OptionalInt answer = table.stackDepth(pc);
      // Vfork pops its return address into a register: then there is no slot to count to.
      OptionalInt expected = depth < 0 ? OptionalInt.empty() : OptionalInt.of(depth);
      if (!answer.equals(expected)) {
        differences.add(
            function.name() + " " + Long.toHexString(pc) + ": " + depth + " is not " + answer);
      }
    } catch (IOException e) {
      differences.add(e.toString());
    }
  }
}
