package io.nodeflame.symbolizer;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class LocationTest {
  @Test
  void goroutinesAndThreadsOfGoBeginInTheirFirstFunction() {
    assertTrue(location(FrameKind.GO, "runtime.goexit").isStackBase());
    assertTrue(location(FrameKind.GO, "runtime.mstart").isStackBase());
    assertFalse(location(FrameKind.GO, "runtime.mstart0").isStackBase());
    assertFalse(location(FrameKind.GO, "main.main").isStackBase());
  }

  @Test
  void theSameNameElsewhereIsNoBase() {
    assertFalse(location(FrameKind.NATIVE, "runtime.goexit").isStackBase());
    assertFalse(location(FrameKind.JIT, "runtime.mstart").isStackBase());
  }

  private static Location location(FrameKind kind, String function) {
    List<SourceLine> lines = List.of(new SourceLine(function, "", 0));
    return new Location(kind, "/bin/x", "", lines, Optional.empty());
  }
}
