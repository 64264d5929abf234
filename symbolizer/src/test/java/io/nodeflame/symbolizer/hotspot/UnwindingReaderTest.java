package io.nodeflame.symbolizer.hotspot;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the walker is told, in each version's layout. */
class UnwindingReaderTest {
  private static VmLayout layout(FakeVm vm) throws IOException {
    return VmLayout.read(new VmMemory(vm.memory), vm.symbols(), FakeVm.BIAS);
  }

  private static Optional<JavaUnwinding> read(FakeVm vm, VmLayout layout) throws IOException {
    return new UnwindingReader(layout).read(new VmMemory(vm.memory), FakeVm.BIAS);
  }

  @ParameterizedTest
  @ValueSource(strings = {"jdk8", "jdk11", "jdk12", "jdk17", "jdk21", "jdk23", "jdk25", "jdk26"})
  void isThereOnceTheMachineHasStarted(String version) throws IOException {
    FakeVm vm = new FakeVm(version);
    VmLayout layout = layout(vm);
    assertEquals(Optional.empty(), read(vm, layout));
    FakeMachine.start(vm, List.of(7, 8, 9));
    JavaUnwinding unwinding = read(vm, layout).orElseThrow();
    assertEquals(1, unwinding.heaps().size());
    assertEquals(FakeMachine.HEAP, unwinding.low());
    assertEquals(FakeMachine.HEAP + FakeMachine.HEAP_BYTES, unwinding.high());
    assertEquals(FakeMachine.SEGMENT_BITS, unwinding.heaps().get(0).segmentBits());
    assertEquals(FakeMachine.INTERPRETER, unwinding.interpreterLow());
    assertEquals(
        FakeMachine.INTERPRETER + FakeMachine.INTERPRETER_BYTES, unwinding.interpreterHigh());
    assertEquals(FakeMachine.CALL_STUB_RETURN, unwinding.callStubReturn());
    assertEquals(version.equals("jdk8") ? -7 : -8, unwinding.bytecodeSlot());
    assertEquals(-6, unwinding.callWrapperSlot());
    assertEquals(
        Set.of(7, 8, 9),
        new JavaThreads(layout.threads).read(new VmMemory(vm.memory), FakeVm.BIAS).keySet());
  }

  /** Numbers that were read from running machines: see the layouts' first lines. */
  @Test
  void offsetsAreThoseOfTheTables() throws IOException {
    FakeVm vm = new FakeVm("jdk17");
    FakeMachine.start(vm, List.of());
    assertEquals(
        new JavaUnwinding.Blob(96, -1, -1, 32, 8, 28, 20, 4, 304, 300, 128, 8),
        read(vm, layout(vm)).orElseThrow().blob());
    FakeVm later = new FakeVm("jdk25");
    FakeMachine.start(later, List.of());
    JavaUnwinding unwinding = read(later, layout(later)).orElseThrow();
    assertEquals(
        new JavaUnwinding.Blob(8, 56, 1, 36, 4, 44, 54, 2, 212, 208, 176, 4), unwinding.blob());
    assertEquals(new JavaUnwinding.ThreadFields(1048, 1152, 1160, 1168, 1560), unwinding.thread());
    assertEquals(new JavaUnwinding.Method(8, 56), unwinding.method());
    assertEquals(8, unwinding.blockHeader());
  }

  @Test
  void aHeapThatMakesNoSenseIsRefused() throws IOException {
    FakeVm vm = new FakeVm("jdk17");
    VmLayout layout = layout(vm);
    FakeMachine.start(vm, List.of());
    long heaps = new VmMemory(vm.memory).u64(FakeVm.BIAS + staticOffset(vm, "CodeCache::_heaps"));
    vm.put(heaps, "GrowableArrayBase::_len", 400);
    UnsupportedVmException e = assertThrows(UnsupportedVmException.class, () -> read(vm, layout));
    assertEquals("it has 400 code heaps", e.getMessage());
  }

  private static long staticOffset(FakeVm vm, String field) {
    return vm.location(field) - FakeVm.BIAS;
  }
}
