package io.nodeflame.collector.collection;

import io.nodeflame.symbolizer.AddressSpace;
import io.nodeflame.symbolizer.Location;

/** A kernel thread has no user memory, and no user address can come up. */
final class KernelThreadSpace implements AddressSpace {
  static final KernelThreadSpace INSTANCE = new KernelThreadSpace();

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
    throw new IllegalStateException("a kernel thread has no user address");
  }

  @Override
  public int refresh() {
    return 0;
  }

  @Override
  public void close() {}
}
