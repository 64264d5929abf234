package io.nodeflame.collector.collection;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;

import io.nodeflame.symbolizer.AddressSpace;
import io.nodeflame.symbolizer.ExecutableIdentity;
import io.nodeflame.symbolizer.FrameKind;
import io.nodeflame.symbolizer.Location;
import io.nodeflame.symbolizer.PublishedService;
import io.nodeflame.symbolizer.SourceLine;
import io.nodeflame.symbolizer.Symbolizer;
import io.nodeflame.symbolizer.SymbolizerStatistics;
import io.nodeflame.symbolizer.UnnamedReason;
import java.lang.reflect.Proxy;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class TolerantSymbolizerTest {
  private static final ExecutableIdentity EXECUTABLE = new ExecutableIdentity("a", 8, 1, 2, 3);

  /** Every method has a fault. */
  private static <T> T faulty(Class<T> type) {
    Object proxy =
        Proxy.newProxyInstance(
            type.getClassLoader(),
            new Class<?>[] {type},
            (self, method, arguments) -> {
              throw new IllegalStateException("a fault of the test");
            });
    return type.cast(proxy);
  }

  private final FaultLog log = new FaultLog(() -> 0);

  @Test
  void faultsWhileReadingAreSpacesThatSaySo() {
    TolerantSymbolizer symbolizer = new TolerantSymbolizer(faulty(Symbolizer.class), log);
    assertUnnamed(symbolizer.read(1, 2));
    assertUnnamed(symbolizer.ofExecutable(EXECUTABLE));
    assertUnnamed(symbolizer.inherit(symbolizer.read(1, 2)));
    assertEquals(
        Optional.of(UnnamedReason.SYMBOLIZER_FAILED),
        symbolizer.kernel(0xffff_ffff_8000_0000L).unnamed());
  }

  @Test
  void faultsOfASpaceAreAnswers() {
    assertUnnamed(new TolerantSymbolizer(holding(faulty(AddressSpace.class)), log).read(1, 2));
  }

  @Test
  void answersPassThrough() {
    Location location =
        new Location(
            FrameKind.NATIVE, "/a", "", List.of(new SourceLine("f", "", 0)), Optional.empty());
    FakeSymbolizer fake = new FakeSymbolizer();
    TolerantSymbolizer symbolizer = new TolerantSymbolizer(fake, log);
    AddressSpace direct = fake.read(7, 1);
    AddressSpace tolerant = symbolizer.read(7, 1);
    fake.services.put(7, new PublishedService("shop", "", ""));
    assertEquals(direct.isGone(), tolerant.isGone());
    assertEquals("shop", tolerant.service().name());
    assertEquals(direct.locate(5, false), tolerant.locate(5, false));
    assertSame(location, new TolerantSymbolizer(kernelOnly(location), log).kernel(1));
  }

  private static void assertUnnamed(AddressSpace space) {
    assertFalse(space.isCode(1));
    assertFalse(space.isReturnAddressAtStackPointer(1));
    assertFalse(space.switchesStacks());
    assertEquals(PublishedService.NONE, space.service());
    assertEquals(0, space.refresh());
    assertEquals(Optional.of(UnnamedReason.SYMBOLIZER_FAILED), space.locate(1, false).unnamed());
    space.close();
  }

  private static Symbolizer holding(AddressSpace space) {
    return (Symbolizer)
        Proxy.newProxyInstance(
            Symbolizer.class.getClassLoader(),
            new Class<?>[] {Symbolizer.class},
            (self, method, arguments) -> space);
  }

  private static Symbolizer kernelOnly(Location location) {
    return new Symbolizer() {
      @Override
      public AddressSpace read(int pid, long startTicks) {
        throw new UnsupportedOperationException();
      }

      @Override
      public AddressSpace inherit(AddressSpace parent) {
        throw new UnsupportedOperationException();
      }

      @Override
      public AddressSpace ofExecutable(ExecutableIdentity executable) {
        throw new UnsupportedOperationException();
      }

      @Override
      public Location kernel(long address) {
        return location;
      }

      @Override
      public SymbolizerStatistics statistics() {
        throw new UnsupportedOperationException();
      }

      @Override
      public void close() {}
    };
  }
}
