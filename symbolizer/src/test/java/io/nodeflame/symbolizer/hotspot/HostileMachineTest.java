package io.nodeflame.symbolizer.hotspot;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nodeflame.symbolizer.Location;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A process may write what it likes into its own Java machine: whatever is there, reading ends, and
 * says at worst that it makes no sense.
 */
@Timeout(120)
class HostileMachineTest {
  private static final int ROUNDS = 1500;
  private static final int MAX_SHOWN = 64 * 1100;

  private int refused;
  private int unnamed;
  private int named;

  @ParameterizedTest
  @ValueSource(strings = {"jdk8", "jdk17", "jdk23", "jdk25"})
  void anythingIsRefusedOrNamed(String layout) throws IOException {
    Random random = new Random(layout.hashCode());
    for (int round = 0; round < ROUNDS; round++) {
      FakeVm vm = new FakeVm(layout);
      FakeCode code = new FakeCode(vm, Integer.parseInt(layout.substring(3)));
      FakeMachine.start(vm, List.of(1, 2, 3));
      long method = code.method("a/B", "c", "(ILa/C;)V", "B.java", 5);
      long nmethod =
          code.nmethod(
              List.of(new ScopeReader.Scope(method, 3), new ScopeReader.Scope(method, 20)));
      // Half of them after the tables were read: nearly all of the others are refused by these.
      VmLayout before = VmLayout.read(new VmMemory(vm.memory), vm.symbols(), FakeVm.BIAS);
      mutate(vm.memory.allPages(), random);
      read(vm, round % 2 == 0 ? before : null, nmethod, method);
    }
    System.out.printf("%s: %d refused, %d unnamed, %d named%n", layout, refused, unnamed, named);
    assertTrue(refused > 0 && unnamed > 0 && named > 0, "every way was taken");
  }

  /** A few bytes, words or whole ranges become something else. */
  private static void mutate(List<ByteBuffer> pages, Random random) {
    for (int i = random.nextInt(60); i >= 0; i--) {
      ByteBuffer page = pages.get(random.nextInt(pages.size()));
      int at = random.nextInt(page.capacity() - 8);
      switch (random.nextInt(5)) {
        case 0 -> page.put(at, (byte) random.nextInt());
        case 1 -> page.putLong(at & ~7, random.nextLong());
        case 2 -> page.putLong(at & ~7, -1);
        case 3 -> page.putInt(at & ~3, Integer.MAX_VALUE);
        default -> page.putLong(at & ~7, FakeVm.BIAS + 0x1000 + random.nextInt(1 << 16));
      }
    }
  }

  private void read(FakeVm vm, @Nullable VmLayout known, long nmethod, long method) {
    VmMemory memory = new VmMemory(vm.memory);
    try {
      VmLayout layout = known != null ? known : VmLayout.read(memory, vm.symbols(), FakeVm.BIAS);
      int version = layout.version(memory, FakeVm.BIAS);
      JavaFrames frames = new JavaFrames(memory, layout, version, new MethodCache());
      for (int offset : new int[] {0, 16, 64, 1 << 20}) {
        long pc = FakeCode.pc(nmethod, offset);
        count(frames.compiled(pc, (int) (pc - nmethod), FakeCode.COMPILE_ID));
      }
      count(frames.interpreted(method, 12));
      count(frames.stub(nmethod + 40, 40));
      new JavaThreads(layout.threads).read(memory, FakeVm.BIAS);
      new UnwindingReader(layout).read(memory, FakeVm.BIAS);
    } catch (IOException e) {
      refused++;
    }
  }

  private void count(Location location) {
    if (location.unnamed().isPresent()) {
      unnamed++;
    } else {
      named++;
    }
    int shown = location.lines().stream().mapToInt(line -> line.function().length()).sum();
    assertTrue(location.lines().size() <= 64 && shown <= MAX_SHOWN, "as bounded as it is said");
  }
}
