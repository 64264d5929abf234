package io.nodeflame.symbolizer.process;

import io.nodeflame.symbolizer.bytes.MalformedException;
import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * The small files of {@code /proc}, through buffers that are used again. Not for two threads at
 * once.
 */
public final class ProcFs {
  /** {@code USER_HZ} is 100 on x86-64 and aarch64: a tick is 10 ms. */
  private static final long TICK_MILLIS = 10;

  private static final int READ_BYTES = 8192;

  /** A process in 65,536 groups has a status of 700 KB. */
  private static final int MAX_FILE_BYTES = 1024 * 1024;

  private final Path root;
  private final LineBuffer lines = new LineBuffer();
  private final PathPool paths = new PathPool();
  private final byte[] first = new byte[READ_BYTES];
  private final byte[] second = new byte[READ_BYTES];

  /**
   * @param root {@code /proc}, or where the node's own is mounted; must show the pids that the
   *     caller uses
   */
  public ProcFs(Path root) {
    this.root = root;
  }

  /** {@code /proc}. */
  public static ProcFs ofSystem() {
    return new ProcFs(Path.of("/proc"));
  }

  /**
   * Who the process is; empty when it is gone.
   *
   * @throws MalformedException when the text is not the kernel's
   */
  public synchronized Optional<ProcessStatus> status(int pid) throws IOException {
    String directory = directory(pid);
    try {
      Text status = read(directory + "/status", first);
      Text stat = read(directory + "/stat", second);
      ProcessStatus parsed =
          ProcessStatus.parse(status.bytes(), status.length(), stat.bytes(), stat.length());
      // A pid given away between the two reads would show in the stat of now.
      Text again = read(directory + "/stat", second);
      long ticks = ProcessStatus.startTimeTicks(again.bytes(), again.length());
      return ticks == parsed.id().startTimeTicks() ? Optional.of(parsed) : Optional.empty();
    } catch (IOException e) {
      return emptyIfGone(pid, e);
    }
  }

  /** Start of the process in ticks of 10 ms after boot; empty when it is gone. */
  public synchronized OptionalLong startTimeTicks(int pid) {
    try {
      Text stat = read(directory(pid) + "/stat", second);
      return OptionalLong.of(ProcessStatus.startTimeTicks(stat.bytes(), stat.length()));
    } catch (IOException e) {
      return OptionalLong.empty();
    }
  }

  /**
   * Whether the pid still belongs to the process. Asked after opening anything below {@code
   * /proc/PID}, it says that what was opened is the process's own.
   */
  public synchronized boolean isCurrent(ProcessId process) {
    OptionalLong ticks = startTimeTicks(process.pid());
    return ticks.isPresent() && ticks.getAsLong() == process.startTimeTicks();
  }

  /** Start of the process in milliseconds since 1970, right to about 20 ms by today's clock. */
  public synchronized long startMillis(ProcessId process) throws IOException {
    Text text = read(root + "/uptime", first);
    long now = System.currentTimeMillis();
    return now - uptimeMillis(text) + process.startTimeTicks() * TICK_MILLIS;
  }

  /**
   * The executable mappings; empty when the process is gone. Kernel threads and processes that have
   * ended but were not waited for have none.
   *
   * @throws IOException when reading them is not permitted (CAP_SYS_PTRACE)
   */
  public synchronized Optional<MappingTable> mappings(int pid) throws IOException {
    try (InputStream in = new FileInputStream(directory(pid) + "/maps")) {
      return Optional.of(MappingParser.parse(in, MappingTable.MAX_MAPPINGS, paths, lines));
    } catch (IOException e) {
      return emptyIfGone(pid, e);
    }
  }

  /** Files as the process sees them. */
  public ContainerRoot containerRoot(int pid) {
    return ContainerRoot.ofProcess(Path.of(directory(pid)));
  }

  /**
   * The memory of the process.
   *
   * @param budgetBytes how much may be read until {@link ProcessMemory#grant}
   */
  public ProcessMemory memory(int pid, long budgetBytes) throws IOException {
    return ProcessMemory.open(Path.of(directory(pid), "mem"), budgetBytes);
  }

  /** The same, without pages that a read would have to wait for. */
  public ProcessMemory residentMemory(int pid, long budgetBytes) throws IOException {
    String directory = directory(pid);
    return ProcessMemory.openResident(
        Path.of(directory, "mem"), Path.of(directory, "pagemap"), budgetBytes);
  }

  String directory(int pid) {
    return root + "/" + pid;
  }

  private <T> Optional<T> emptyIfGone(int pid, IOException cause) throws IOException {
    if (startTimeTicks(pid).isEmpty()) {
      return Optional.empty();
    }
    throw cause;
  }

  private static Text read(String file, byte[] buffer) throws IOException {
    byte[] bytes = buffer;
    int length = 0;
    try (InputStream in = new FileInputStream(file)) {
      while (true) {
        int count = in.read(bytes, length, Math.min(READ_BYTES, bytes.length - length));
        if (count <= 0) {
          return new Text(bytes, length);
        }
        length += count;
        if (length == bytes.length) {
          if (length >= MAX_FILE_BYTES) {
            throw new MalformedException("a status file has more than " + length + " bytes");
          }
          bytes = Arrays.copyOf(bytes, length * 2);
        }
      }
    }
  }

  private static long uptimeMillis(Text text) throws MalformedException {
    String uptime = new String(text.bytes(), 0, text.length(), StandardCharsets.US_ASCII);
    int end = uptime.indexOf(' ');
    try {
      return Math.round(Double.parseDouble(end < 0 ? uptime : uptime.substring(0, end)) * 1000);
    } catch (NumberFormatException e) {
      throw new MalformedException("uptime is not a number");
    }
  }

  /** The used part of a buffer; valid until the next read into it. */
  private static final class Text {
    private final byte[] bytes;
    private final int length;

    Text(byte[] bytes, int length) {
      this.bytes = bytes;
      this.length = length;
    }

    byte[] bytes() {
      return bytes;
    }

    int length() {
      return length;
    }
  }
}
