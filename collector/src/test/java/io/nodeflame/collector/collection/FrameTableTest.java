package io.nodeflame.collector.collection;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import io.nodeflame.symbolizer.FrameKind;
import io.nodeflame.symbolizer.Location;
import io.nodeflame.symbolizer.SourceLine;
import io.nodeflame.symbolizer.UnnamedReason;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class FrameTableTest {
  private final FrameTable frames = new FrameTable();

  private int indexOf(String name, Optional<UnnamedReason> reason) {
    SourceLine line = new SourceLine(name, "", 0);
    return frames.indexOf(new Location(FrameKind.NATIVE, "/a", "", List.of(line), reason));
  }

  @Test
  void equalFramesHaveOneIndex() {
    int index = indexOf("f", Optional.empty());
    assertEquals(index, indexOf("f", Optional.empty()));
    assertNull(frames.reason(index));
    assertNotEquals(index, indexOf("g", Optional.empty()));
  }

  /** The address has the same text before and after its symbols could be read. */
  @Test
  void aFrameIsCountedWithTheReasonOfToday() {
    int before = indexOf("a+0x10", Optional.of(UnnamedReason.CACHE_FAILED));
    int after = indexOf("a+0x10", Optional.of(UnnamedReason.NO_SYMBOL_AT_ADDRESS));
    assertEquals(UnnamedReason.CACHE_FAILED, frames.reason(before));
    assertEquals(UnnamedReason.NO_SYMBOL_AT_ADDRESS, frames.reason(after));
    assertEquals(frames.frames().get(before), frames.frames().get(after));
  }
}
