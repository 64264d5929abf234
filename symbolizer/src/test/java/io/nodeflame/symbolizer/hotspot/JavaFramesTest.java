package io.nodeflame.symbolizer.hotspot;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.nodeflame.symbolizer.FrameKind;
import io.nodeflame.symbolizer.Location;
import io.nodeflame.symbolizer.SourceLine;
import io.nodeflame.symbolizer.UnnamedReason;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Names of compiled and interpreted methods, in each version's layout. */
class JavaFramesTest {

  private FakeVm vm;
  private FakeCode code;
  private JavaFrames frames;
  private long inner;
  private long outer;

  private void open(String layout, int version) throws IOException {
    vm = new FakeVm(layout);
    code = new FakeCode(vm, version);
    VmMemory memory = new VmMemory(vm.memory);
    VmLayout read = VmLayout.read(memory, vm.symbols(), FakeVm.BIAS);
    assertEquals(version, read.version(memory, FakeVm.BIAS));
    frames = new JavaFrames(memory, read, version, new MethodCache());
    inner = code.method("a/b/Inner", "get", "(ILjava/lang/String;[J)V", "Inner.java", 40);
    frames.refresh();
    outer = code.method("a/b/Outer$$Lambda+0x00007f1234567890", "run", "()V", "Outer.java", 7);
  }

  private static SourceLine innerAt(int line) {
    return new SourceLine("a.b.Inner.get(int, String, long[])", "Inner.java", line);
  }

  private static SourceLine outerAt(int line) {
    return new SourceLine("a.b.Outer$$Lambda.run()", "Outer.java", line);
  }

  private static Location location(FrameKind kind, SourceLine... lines) {
    return new Location(kind, "", "", List.of(lines), Optional.empty());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ' ',
      value = {"jdk8 8", "jdk11 11", "jdk12 12", "jdk17 17", "jdk21 21"})
  void ofOneBlock(String layout, int version) throws IOException {
    open(layout, version);
    checkAll();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ' ',
      value = {"jdk23 23", "jdk25 25", "jdk26 26"})
  void ofSeveralBlocks(String layout, int version) throws IOException {
    open(layout, version);
    checkAll();
  }

  private void checkAll() {
    long nmethod =
        code.nmethod(List.of(new ScopeReader.Scope(inner, 12), new ScopeReader.Scope(outer, 1500)));
    assertEquals(
        location(FrameKind.JAVA_OPTIMIZED, innerAt(41), outerAt(100_008)), at(nmethod, 16));
    assertEquals(at(nmethod, 16), at(nmethod, 3), "what the compiler described next");
    assertEquals(location(FrameKind.JAVA_OPTIMIZED, outerAt(100_008)), at(nmethod, 64));
    assertEquals(
        location(FrameKind.JAVA_OPTIMIZED, outerAt(0)), at(nmethod, 100), "nothing is described");
    assertEquals(location(FrameKind.JAVA_INTERPRETED, innerAt(40)), frames.interpreted(inner, 9));
    assertEquals(location(FrameKind.JAVA_INTERPRETED, innerAt(0)), frames.interpreted(inner, -1));
    assertEquals(
        location(FrameKind.JAVA_STUB, new SourceLine("nmethod", "", 0)),
        frames.stub(nmethod + 20, 20));
  }

  private Location at(long nmethod, int offset) {
    frames.refresh();
    long pc = FakeCode.pc(nmethod, offset);
    return frames.compiled(pc, (int) (pc - nmethod), FakeCode.COMPILE_ID);
  }

  @Test
  void codeThatWasCompiledAgainIsUnloaded() throws IOException {
    open("jdk17", 17);
    long nmethod = code.nmethod(List.of(new ScopeReader.Scope(inner, 0)));
    vm.put(nmethod, "nmethod::_compile_id", FakeCode.COMPILE_ID + 1);
    assertEquals(Optional.of(UnnamedReason.JAVA_UNLOADED), at(nmethod, 16).unnamed());
  }

  @Test
  void codeThatIsGoneKeepsTheNameOfItsMethodWhereThatWasRead() throws IOException {
    open("jdk17", 17);
    long nmethod =
        code.nmethod(List.of(new ScopeReader.Scope(inner, 12), new ScopeReader.Scope(outer, 1500)));
    at(nmethod, 16);
    vm.put(nmethod, "nmethod::_compile_id", FakeCode.COMPILE_ID + 1);
    SourceLine method = new SourceLine(outerAt(0).function(), outerAt(0).file(), 0);
    assertEquals(location(FrameKind.JAVA_OPTIMIZED, method), at(nmethod, 64));
    long pc = FakeCode.pc(nmethod, 64);
    assertEquals(
        Optional.of(UnnamedReason.JAVA_UNLOADED),
        frames.compiled(pc, (int) (pc - nmethod), FakeCode.COMPILE_ID + 2).unnamed());
  }

  @Test
  void anotherMethodAtTheSamePlaceHasItsOwnName() throws IOException {
    open("jdk17", 17);
    frames.refresh();
    assertEquals(location(FrameKind.JAVA_INTERPRETED, innerAt(40)), frames.interpreted(inner, 0));
    long other = code.method("c/Other", "x", "()V", "Other.java", 1);
    VmMemory memory = new VmMemory(vm.memory);
    vm.put(inner, "Method::_constMethod", memory.u64(other + vm.offset("Method::_constMethod")));
    frames.refresh();
    assertEquals(
        location(FrameKind.JAVA_INTERPRETED, new SourceLine("c.Other.x()", "Other.java", 1)),
        frames.interpreted(inner, 0));
  }

  @Test
  void aMissingFieldIsNamed() throws IOException {
    FakeVm without = new FakeVm("jdk17");
    VmMemory memory = new VmMemory(without.memory);
    String name = "_compile_id";
    VmTables tables = VmTables.read(memory, absolute(without));
    assertEquals(304, tables.field("nmethod::" + name).orElseThrow().location());
    UnsupportedVmException e =
        assertThrows(
            UnsupportedVmException.class,
            () -> new VmFields(tables, FakeVm.BIAS).offset("nmethod::_none", "nmethod::_neither"));
    assertEquals("its tables lack nmethod::_none and nmethod::_neither", e.getMessage());
  }

  private static Map<String, Long> absolute(FakeVm vm) {
    Map<String, Long> addresses = new HashMap<>();
    vm.symbols().forEach((name, address) -> addresses.put(name, address + FakeVm.BIAS));
    return addresses;
  }
}
