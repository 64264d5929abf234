package io.nodeflame.symbolizer.process;

import io.nodeflame.symbolizer.bytes.ByteSource;
import io.nodeflame.symbolizer.bytes.MalformedException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.jspecify.annotations.Nullable;

/**
 * The memory of a running process by reads of {@code /proc/PID/mem}, which do not stop it. Offsets
 * are absolute addresses. Open, it stays with the process it was opened for: after that one ended
 * or called exec, reads fail, even when the pid was given away.
 *
 * <p>A read of a page that is not in memory waits for whoever brings it: a file system that may be
 * stalled, or the process itself ({@code userfaultfd}). Resident memory refuses such pages, so that
 * a thread that must not wait can read it; one that leaves memory at that very moment can still be
 * waited for.
 */
public final class ProcessMemory implements ByteSource, AutoCloseable {
  private final FileChannel channel;
  private final @Nullable ResidentPages resident;
  private long budgetBytes;

  private ProcessMemory(FileChannel channel, @Nullable ResidentPages resident, long budgetBytes) {
    this.channel = channel;
    this.resident = resident;
    this.budgetBytes = budgetBytes;
  }

  static ProcessMemory open(Path mem, long budgetBytes) throws IOException {
    return new ProcessMemory(FileChannel.open(mem, StandardOpenOption.READ), null, budgetBytes);
  }

  static ProcessMemory openResident(Path mem, Path pagemap, long budgetBytes) throws IOException {
    ResidentPages pages = ResidentPages.open(pagemap);
    try {
      return new ProcessMemory(FileChannel.open(mem, StandardOpenOption.READ), pages, budgetBytes);
    } catch (IOException e) {
      pages.close();
      throw e;
    }
  }

  /** Every address of the lower half, mapped or not. */
  @Override
  public long size() {
    return Long.MAX_VALUE;
  }

  /**
   * Copies memory. What was asked for counts against the budget even when the read fails.
   *
   * @throws MalformedException when the budget is used up, or the memory ends within the range
   * @throws IOException when nothing is mapped at the address
   */
  @Override
  public void read(long address, byte[] target, int targetOffset, int length) throws IOException {
    if (address < 0 || length < 0 || address > Long.MAX_VALUE - length) {
      throw new MalformedException("read " + length + " bytes outside of user memory");
    }
    admit(address, length);
    // Not under the lock, which another thread may need while this waits for a page.
    ByteBuffer buffer = ByteBuffer.wrap(target, targetOffset, length);
    long position = address;
    while (buffer.hasRemaining()) {
      int count = channel.read(buffer, position);
      if (count <= 0) {
        throw new MalformedException("the process's memory ends or is gone");
      }
      position += count;
    }
  }

  private synchronized void admit(long address, int length) throws IOException {
    if (length > budgetBytes) {
      throw new MalformedException("the budget for reading the process's memory is used up");
    }
    budgetBytes -= length;
    if (resident != null) {
      resident.require(address, length);
    }
  }

  /** Bytes that may still be read. */
  public synchronized long budgetBytes() {
    return budgetBytes;
  }

  /** Sets what may be read from now on, such as at the start of a new round. */
  public synchronized void grant(long bytes) {
    budgetBytes = bytes;
  }

  @Override
  public void close() throws IOException {
    try (channel) {
      if (resident != null) {
        resident.close();
      }
    }
  }
}
