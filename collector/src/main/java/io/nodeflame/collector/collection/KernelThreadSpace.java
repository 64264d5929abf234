package io.nodeflame.collector.collection;

import io.nodeflame.symbolizer.AddressSpace;
import io.nodeflame.symbolizer.FrameKind;
import io.nodeflame.symbolizer.Location;
import io.nodeflame.symbolizer.SourceLine;
import io.nodeflame.symbolizer.UnnamedReason;
import java.util.List;
import java.util.Optional;

/**
 * A kernel thread has no user memory. One that is just becoming a program (a helper that the kernel
 * starts) may be sampled with a user stack, whose addresses nobody can name.
 */
final class KernelThreadSpace implements AddressSpace {
  static final KernelThreadSpace INSTANCE = new KernelThreadSpace();

  private static final Location UNNAMED =
      new Location(
          FrameKind.NATIVE,
          "",
          "",
          List.of(new SourceLine("[no mapping]", "", 0)),
          Optional.of(UnnamedReason.NO_MAPPING));

  private KernelThreadSpace() {}

  @Override
  public boolean isGone() {
    return false;
  }

  @Override
  public boolean isCode(long address) {
    return false;
  }

  @Override
  public boolean isReturnAddressAtStackPointer(long pc) {
    return false;
  }

  @Override
  public boolean switchesStacks() {
    return false;
  }

  @Override
  public Location locate(long address, boolean isReturnAddress) {
    return UNNAMED;
  }

  @Override
  public int refresh() {
    return 0;
  }

  @Override
  public void close() {}
}
