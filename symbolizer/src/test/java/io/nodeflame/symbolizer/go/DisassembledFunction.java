package io.nodeflame.symbolizer.go;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** A function as objdump prints it, and what its instructions do to the stack pointer. */
record DisassembledFunction(String name, TreeMap<Long, String> instructions) {

  static List<DisassembledFunction> parse(List<String> lines) {
    List<DisassembledFunction> functions = new ArrayList<>();
    for (String line : lines) {
      if (line.endsWith(">:")) {
        String name = line.substring(line.indexOf('<') + 1, line.length() - 2);
        functions.add(new DisassembledFunction(name, new TreeMap<>()));
      } else if (line.startsWith("  ") && line.contains(":\t") && !functions.isEmpty()) {
        int colon = line.indexOf(':');
        functions
            .get(functions.size() - 1)
            .instructions()
            .put(Long.parseLong(line.substring(0, colon).trim(), 16), line.substring(colon + 2));
      }
    }
    return functions;
  }

  /**
   * Depth before each instruction that can be reached from the entry along jumps; empty for a
   * function that moves the stack pointer in a way that is not followed.
   */
  Map<Long, Integer> stackDepths() {
    Map<Long, Integer> depths = new HashMap<>();
    ArrayDeque<Long> waiting = new ArrayDeque<>();
    reach(instructions.firstKey(), 0, depths, waiting);
    while (!waiting.isEmpty()) {
      long pc = waiting.pop();
      String instruction = instructions.get(pc).trim();
      if (!isFollowed(instruction)) {
        return new HashMap<>();
      }
      int depth = depths.get(pc) + growth(instruction);
      if (instruction.startsWith("j")) {
        reach(target(instruction), depth, depths, waiting);
      }
      Long next = instructions.higherKey(pc);
      if (next != null && !endsFlow(instruction)) {
        reach(next, depth, depths, waiting);
      }
    }
    return depths;
  }

  private void reach(Long pc, int depth, Map<Long, Integer> depths, ArrayDeque<Long> waiting) {
    if (pc != null && instructions.containsKey(pc) && depths.putIfAbsent(pc, depth) == null) {
      waiting.push(pc);
    }
  }

  private static boolean isFollowed(String instruction) {
    boolean writesStackPointer = instruction.endsWith(",%rsp");
    boolean adds = instruction.startsWith("sub    $0x") || instruction.startsWith("add    $0x");
    boolean compares = instruction.startsWith("cmp") || instruction.startsWith("test");
    boolean strange =
        instruction.startsWith("xchg   %rsp")
            || instruction.startsWith("leave")
            || instruction.startsWith("pushf")
            || instruction.startsWith("popf")
            || instruction.startsWith("jmp    *")
            || instruction.startsWith("int3")
            || instruction.startsWith("(bad)");
    return (!writesStackPointer || adds || compares) && !strange;
  }

  private static int growth(String instruction) {
    if (instruction.startsWith("push ")) {
      return 8;
    }
    if (instruction.startsWith("pop ")) {
      return -8;
    }
    if (!instruction.endsWith(",%rsp") || instruction.startsWith("cmp")) {
      return 0;
    }
    String operand = instruction.substring(instruction.indexOf('$') + 1, instruction.indexOf(','));
    // Objdump prints the negative numbers of Go's shorter encodings as 64 unsigned bits.
    int amount = (int) Long.parseUnsignedLong(operand.substring(2), 16);
    return instruction.startsWith("sub") ? amount : -amount;
  }

  private static Long target(String instruction) {
    String[] parts = instruction.split(" +", -1);
    return parts[1].startsWith("*") ? null : Long.parseLong(parts[1], 16);
  }

  /** Go's compiler puts nothing sensible after a call that never returns. */
  private static boolean endsFlow(String instruction) {
    return instruction.startsWith("ret")
        || instruction.startsWith("jmp")
        || instruction.startsWith("ud2")
        || (instruction.startsWith("call") && callsPanic(instruction));
  }

  private static boolean callsPanic(String instruction) {
    return instruction.contains("<runtime.panic")
        || instruction.contains("<runtime.goPanic")
        || instruction.contains("<runtime.gopanic")
        || instruction.contains("<runtime.throw")
        || instruction.contains("<runtime.fatal")
        || instruction.contains("<runtime.sigpanic")
        || instruction.contains("<runtime.badctxt");
  }
}
