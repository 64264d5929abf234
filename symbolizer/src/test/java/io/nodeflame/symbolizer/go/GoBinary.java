package io.nodeflame.symbolizer.go;

import io.nodeflame.symbolizer.callframe.FrameSection;
import io.nodeflame.symbolizer.callframe.SmallElf;
import io.nodeflame.symbolizer.callframe.SystemTool;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;

/** A program built by the installed Go, once with symbols and once without. */
record GoBinary(Path directory, Path withSymbols, Path stripped) {
  private static final Map<String, String> ENVIRONMENT =
      Map.of("GO111MODULE", "off", "GOFLAGS", "", "GOTOOLCHAIN", "local", "GOWORK", "off");

  private static final String SOURCE =
      """
      package main

      import (
      	"fmt"
      	"os"
      	"sort"
      	"strings"
      )

      CGO

      type shape interface{ area() float64 }
      type square struct{ side float64 }

      func (s *square) area() float64 { return s.side * s.side }

      func largest[T any](values []T, less func(a, b T) bool) T {
      	best := values[0]
      	for _, value := range values {
      		if less(best, value) {
      			best = value
      		}
      	}
      	return best
      }

      func small(a int) int { return a*a + 1 }

      //go:noinline
      func inlines(a int) int { return small(a) + small(a+1) }

      //go:noinline
      func leaf(a, b int) int { return a / (b | 1) }

      //go:noinline
      func big(a int) int {
      	var area [4096]byte
      	for i := range area {
      		area[i] = byte(i * a)
      	}
      	return int(area[a&4095]) + leaf(a, 3)
      }

      func main() {
      	var s shape = &square{float64(len(os.Args))}
      	defer fmt.Println("end", s.area())
      	words := strings.Fields(strings.Join(os.Args, " "))
      	sort.Slice(words, func(i, j int) bool { return words[i] < words[j] })
      	done := make(chan int)
      	go func() { done <- big(len(words)) + inlines(len(words)) }()
      	fmt.Println(largest(words, func(a, b string) bool { return a < b }), <-done, extra(3))
      }
      """;

  private static final String WITHOUT_CGO = "func extra(a int) int { return a }";

  private static final String WITH_CGO =
      """
      // static int triple(int a) { return a * 3; }
      import "C"

      func extra(a int) int { return int(C.triple(C.int(a))) }
      """;

  /** How a program is built. */
  enum Build {
    PLAIN(false, false),
    PIE(false, true),
    CGO(true, false),
    CGO_PIE(true, true);

    private final boolean cgo;
    private final boolean pie;

    Build(boolean cgo, boolean pie) {
      this.cgo = cgo;
      this.pie = pie;
    }

    boolean isPie() {
      return pie;
    }
  }

  static GoBinary build(Path directory, Build build) throws IOException, InterruptedException {
    SystemTool.require("go");
    if (build.cgo) {
      SystemTool.require("gcc");
    }
    Path source = directory.resolve(build + ".go");
    Files.writeString(source, SOURCE.replace("CGO", build.cgo ? WITH_CGO : WITHOUT_CGO));
    Path withSymbols = directory.resolve(build + ".full");
    Path stripped = directory.resolve(build + ".stripped");
    compile(build, source, withSymbols, List.of());
    compile(build, source, stripped, List.of("-ldflags=-s -w"));
    return new GoBinary(directory, withSymbols, stripped);
  }

  private static void compile(Build build, Path source, Path binary, List<String> more)
      throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of("go", "build", "-o", binary.toString()));
    if (build.pie) {
      command.add("-buildmode=pie");
    }
    command.addAll(more);
    command.add(source.toString());
    Map<String, String> environment = new HashMap<>(ENVIRONMENT);
    environment.put("CGO_ENABLED", build.cgo ? "1" : "0");
    SystemTool.run(source.getParent(), environment, "", command);
  }

  /** Output lines of {@code go tool ...} on the program with symbols. */
  List<String> tool(String input, String... arguments) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of("go", "tool"));
    command.addAll(List.of(arguments));
    command.add(withSymbols.toString());
    return Files.readAllLines(SystemTool.run(directory, ENVIRONMENT, input, command));
  }

  /**
   * The function table. A foreign linker puts that of a position-independent program before Go 1.26
   * into a larger section.
   */
  static FrameSection tableOf(SmallElf elf) throws IOException {
    for (String name : List.of(".gopclntab", ".data.rel.ro.gopclntab")) {
      if (elf.find(name).isPresent()) {
        return elf.section(name);
      }
    }
    return find(elf.section(".data.rel.ro"));
  }

  private static FrameSection find(FrameSection section) throws IOException {
    long size = section.bytes().size();
    long offset = PclnFinder.find(section.bytes(), size).orElseThrow();
    return new FrameSection(
        section.bytes().slice(offset, size - offset), section.address() + offset);
  }

  /** The text's start as a caller without symbols finds it: moduledata, then relocations. */
  static OptionalLong textStart(SmallElf elf) throws IOException {
    FrameSection table = tableOf(elf);
    OptionalLong found = OptionalLong.empty();
    for (String name : List.of(".go.module", ".noptrdata", ".data")) {
      if (found.isEmpty() && elf.find(name).isPresent()) {
        found = GoTextStart.inModule(table.bytes(), table.address(), elf.section(name).bytes());
      }
    }
    return found;
  }

  static OptionalLong relocatedTextStart(SmallElf elf) throws IOException {
    FrameSection table = tableOf(elf);
    FrameSection relocations = elf.find(".rela.dyn").orElseGet(() -> elf.section(".rela"));
    return GoTextStart.inRelocations(table.bytes(), table.address(), relocations.bytes());
  }

  /** The table of the stripped program. */
  PclnTable openStripped() throws IOException {
    SmallElf elf = new SmallElf(stripped);
    return PclnTable.open(tableOf(elf).bytes(), textStart(elf).orElseThrow());
  }
}
