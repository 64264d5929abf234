package io.nodeflame.symbolizer.host;

import io.nodeflame.symbolizer.AddressSpace;
import io.nodeflame.symbolizer.Location;
import io.nodeflame.symbolizer.UnnamedReason;
import io.nodeflame.symbolizer.symbols.FileOpener;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A process that could not be read, mostly since it ended before. Its executable's own functions
 * still have names when another process showed the file before: the kernel says where it was
 * mapped.
 */
final class GoneAddressSpace implements AddressSpace {
  private static final FileOpener NO_ROOT = path -> Optional.empty();

  private final HostSymbolizer symbolizer;
  private final UnnamedReason reason;
  private final String name;
  private final @Nullable CodeFile executable;
  private final long bias;
  private boolean closed;

  /**
   * Takes over one use of the executable.
   *
   * @param reason why it could not be read; gone only with {@link UnnamedReason#PROCESS_GONE}
   * @param bias of the executable
   */
  GoneAddressSpace(
      HostSymbolizer symbolizer,
      UnnamedReason reason,
      String name,
      @Nullable CodeFile executable,
      long bias) {
    this.symbolizer = symbolizer;
    this.reason = reason;
    this.name = name;
    this.executable = executable;
    this.bias = bias;
  }

  /** The same for a child. */
  synchronized GoneAddressSpace child() {
    CodeFile file = closed ? null : executable;
    if (file != null) {
      file.addUser(symbolizer.nanoTime());
    }
    return new GoneAddressSpace(symbolizer, UnnamedReason.PROCESS_GONE, name, file, bias);
  }

  @Override
  public boolean isGone() {
    return reason == UnnamedReason.PROCESS_GONE;
  }

  @Override
  public boolean isCode(long address) {
    return executable != null && executable.segments().contains(address - bias);
  }

  @Override
  public boolean isReturnAddressAtStackPointer(long pc) {
    return executable != null && isCode(pc) && symbolizer.isLeafAt(executable, pc - bias);
  }

  @Override
  public boolean switchesStacks() {
    return executable != null && executable.hasGo();
  }

  @Override
  public Location locate(long address, boolean isReturnAddress) {
    long lookup = isReturnAddress ? address - 1 : address;
    if (executable == null || !isCode(lookup)) {
      return FrameNames.unknown(name, reason);
    }
    Location known = symbolizer.names().known(executable, lookup - bias);
    return known != null ? known : symbolizer.names().inFile(executable, lookup - bias, NO_ROOT);
  }

  @Override
  public int refresh() {
    return 0;
  }

  @Override
  public synchronized void close() {
    if (executable != null && !closed) {
      executable.removeUser(symbolizer.nanoTime());
    }
    closed = true;
  }
}
