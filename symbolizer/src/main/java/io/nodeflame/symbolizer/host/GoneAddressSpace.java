package io.nodeflame.symbolizer.host;

import io.nodeflame.symbolizer.AddressSpace;
import io.nodeflame.symbolizer.Location;
import io.nodeflame.symbolizer.UnnamedReason;
import io.nodeflame.symbolizer.symbols.FileOpener;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A process that ended before it could be read. Its executable's own functions still have names
 * when another process showed the file before: the kernel says where it was mapped.
 */
final class GoneAddressSpace implements AddressSpace {
  private static final FileOpener NO_ROOT = path -> Optional.empty();

  private final FrameNames names;
  private final String name;
  private final @Nullable CodeFile executable;
  private final long bias;

  GoneAddressSpace(FrameNames names, String name, @Nullable CodeFile executable, long startCode) {
    this.names = names;
    this.name = name;
    this.executable = executable;
    this.bias = executable == null ? 0 : startCode - executable.lowestCodeAddress().orElse(0);
  }

  @Override
  public boolean isGone() {
    return true;
  }

  @Override
  public boolean isCode(long address) {
    return executable != null && executable.isCode(address - bias);
  }

  @Override
  public boolean isReturnAddressAtStackPointer(long pc) {
    return executable != null
        && executable.isCode(pc - bias)
        && executable.isReturnAddressAtStackPointer(pc - bias);
  }

  @Override
  public boolean switchesStacks() {
    return executable != null && executable.isGo();
  }

  @Override
  public Location locate(long address, boolean isReturnAddress) {
    long lookup = (isReturnAddress ? address - 1 : address) - bias;
    return executable != null && executable.isCode(lookup)
        ? names.inFile(executable, address - bias, lookup, NO_ROOT)
        : FrameNames.unknown(name, UnnamedReason.PROCESS_GONE);
  }

  @Override
  public int refresh() {
    return 0;
  }

  @Override
  public void close() {
    if (executable != null) {
      executable.removeUser();
    }
  }
}
