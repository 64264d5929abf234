package io.nodeflame.symbolizer.host;

import io.nodeflame.symbolizer.JavaCode;
import io.nodeflame.symbolizer.JavaFrame;
import io.nodeflame.symbolizer.Location;
import io.nodeflame.symbolizer.UnnamedReason;
import io.nodeflame.symbolizer.hotspot.JavaLibrary;
import io.nodeflame.symbolizer.hotspot.JavaMachine;
import io.nodeflame.symbolizer.hotspot.JavaUnwinding;
import io.nodeflame.symbolizer.hotspot.MethodCache;
import io.nodeflame.symbolizer.hotspot.UnsupportedVmException;
import io.nodeflame.symbolizer.process.ProcessId;
import io.nodeflame.symbolizer.process.ProcessMemory;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The Java machine of one live process: looked for when the process maps a {@code libjvm.so}, asked
 * again while it starts, and given up when its tables make no sense.
 */
final class HostJava implements JavaCode {
  private static final Logger LOG = LoggerFactory.getLogger(HostJava.class);

  /** A Java machine that starts has code within a fraction of a second; asking is a few reads. */
  private static final long FIRST_RETRY_NANOS = 2_000_000;

  private static final int QUICK_RETRIES = 500;
  private static final long LATER_RETRY_NANOS = 1_000_000_000;

  /** Beyond that a machine whose tables make no sense is believed to have such. */
  private static final int MAX_RETRIES = QUICK_RETRIES + 10;

  /** Threads come and go; their list is a few reads for each. */
  private static final long THREADS_NANOS = 20_000_000;

  /** At most this part of the sampling thread's time is for one process with many threads. */
  private static final int THREADS_SHARE = 50;

  /**
   * A thread that is not in the list after that time is none of Java's: the collector's, mostly.
   */
  private static final long STRANGER_NANOS = 1_000_000_000;

  private static final int MAX_STRANGERS = 4096;

  /**
   * A machine whose memory was waited for is tried again that often: the host may have been busy.
   */
  private static final int MAX_STALLS = 3;

  /** Few enough for the patience with one read, many enough for a handoff between threads. */
  private static final int FRAMES_AT_ONCE = 256;

  private static final Location STALLED = FrameNames.unnamedJit(UnnamedReason.JAVA_STALLED);
  private static final Optional<UnnamedReason> UNLOADED = Optional.of(UnnamedReason.JAVA_UNLOADED);

  private final HostSymbolizer symbolizer;
  private final ProcessId process;
  private final Supplier<MappedCode> mapped;
  private final StallGuard tableReads;
  private final StallGuard nameReads;
  private final AtomicInteger stalls = new AtomicInteger();
  private volatile boolean isBack;
  private volatile @Nullable JavaMachine machine;

  // Sampling thread.
  private @Nullable MappedCode codeWithout;
  private boolean isDone;
  private long nextTry;
  private int tries;
  private Map<Integer, Long> threads = new HashMap<>();
  private final Map<Integer, Long> strangers = new HashMap<>();
  private long nextThreads;

  /**
   * @param mapped gives the process's mappings as they are known now
   */
  HostJava(HostSymbolizer symbolizer, ProcessId process, Supplier<MappedCode> mapped) {
    this.symbolizer = symbolizer;
    this.process = process;
    this.mapped = mapped;
    this.tableReads = symbolizer.javaTableReads();
    this.nameReads = symbolizer.javaNameReads();
  }

  @Override
  public Optional<JavaUnwinding> takeUnwinding() {
    MappedCode code = mapped.get();
    long now = symbolizer.nanoTime();
    if (isBack) {
      isBack = false;
      isDone = stalls.get() > MAX_STALLS;
      nextTry = now + LATER_RETRY_NANOS;
    }
    if (isDone || code == codeWithout) {
      return Optional.empty();
    }
    if (now - nextTry < 0) {
      return Optional.empty();
    }
    nextTry = now + (tries++ < QUICK_RETRIES ? FIRST_RETRY_NANOS : LATER_RETRY_NANOS);
    try {
      return look(code);
    } catch (StallGuard.StalledException e) {
      isDone = true; // until it is back
      return Optional.empty();
    } catch (IOException e) { // also while the loader is at work: the tables hold addresses
      giveUpInTime(e);
      return Optional.empty();
    }
  }

  private void giveUpInTime(IOException cause) {
    boolean isLive = symbolizer.isCurrent(process);
    isDone = !isLive || tries > MAX_RETRIES;
    if (isLive && isDone) {
      LOG.warn(
          "The Java machine of process {} is walked by frame pointers only: {}",
          process.pid(),
          String.valueOf(cause.getMessage()));
    }
  }

  private Optional<JavaUnwinding> look(MappedCode code) throws IOException {
    JavaMachine known = machine;
    if (known == null) {
      int mapping = JavaLibraries.find(code);
      if (mapping < 0) {
        codeWithout = code;
        tries = 0;
        return Optional.empty();
      }
      known = open(code, mapping);
      machine = known;
    }
    Optional<JavaUnwinding> unwinding = ask(tableReads, known, known::unwinding);
    isDone = unwinding.isPresent();
    return unwinding;
  }

  private JavaMachine open(MappedCode code, int mapping) throws IOException {
    CodeFile file = code.file(mapping);
    if (file == null) {
      throw new UnsupportedVmException("libjvm.so cannot be read");
    }
    symbolizer.open(process, code.mappings(), mapping, file);
    JavaLibrary library = symbolizer.javaLibraries().of(file);
    long bias = code.bias(mapping);
    ProcessMemory memory = symbolizer.memory(process);
    try {
      return open(tableReads, memory, library, bias, symbolizer.javaMethods(), () -> back(memory));
    } catch (StallGuard.StalledException e) {
      stalled(e);
      throw e;
    }
  }

  /**
   * Opens a machine in a thread that can be spared.
   *
   * @param memory owned by the machine; closed when this throws, but for a read that is left behind
   * @param whenBack closes the memory then
   */
  static JavaMachine open(
      StallGuard reads,
      ProcessMemory memory,
      JavaLibrary library,
      long bias,
      MethodCache methods,
      Runnable whenBack)
      throws IOException {
    boolean isTheirs = false;
    try {
      JavaMachine opened =
          reads.call(() -> JavaMachine.open(memory, library, bias, methods), whenBack);
      isTheirs = true;
      return opened;
    } catch (StallGuard.StalledException e) {
      isTheirs = true;
      throw e;
    } finally {
      if (!isTheirs) {
        memory.close();
      }
    }
  }

  /**
   * Asks the machine in a thread that can be spared, and none of the two threads again once it was.
   */
  private <T> T ask(StallGuard reads, JavaMachine asked, StallGuard.Read<T> question)
      throws IOException {
    try {
      return reads.call(question, () -> back(asked));
    } catch (StallGuard.StalledException e) {
      machine = null;
      stalled(e);
      throw e;
    }
  }

  private void stalled(StallGuard.StalledException e) {
    if (stalls.incrementAndGet() == 1) {
      LOG.warn(
          "The Java machine of process {} is not read for now: {}", process.pid(), e.getMessage());
    }
  }

  /** In the thread that was spared. */
  private void back(AutoCloseable left) {
    try {
      left.close();
    } catch (Exception e) {
      LOG.debug("Memory of process {} was not closed", process.pid(), e);
    }
    isBack = true;
  }

  @Override
  public boolean isStarting() {
    return machine != null && !isDone && tries < QUICK_RETRIES;
  }

  @Override
  public long thread(int tid) {
    JavaMachine known = machine;
    if (known == null) {
      return THREAD_UNKNOWN;
    }
    long now = symbolizer.nanoTime();
    if (threadOf(tid) == null && now - nextThreads >= 0) {
      try {
        threads = ask(tableReads, known, known::threads);
      } catch (IOException e) {
        threads = Map.of();
      }
      long after = symbolizer.nanoTime();
      nextThreads = after + Math.max(THREADS_NANOS, THREADS_SHARE * (after - now));
    }
    Long thread = threadOf(tid);
    if (thread != null) {
      strangers.remove(tid);
      return thread;
    }
    if (strangers.size() > MAX_STRANGERS) {
      strangers.clear();
    }
    long since = strangers.computeIfAbsent(tid, first -> now);
    return now - since < STRANGER_NANOS ? THREAD_UNKNOWN : 0;
  }

  private @Nullable Long threadOf(int tid) {
    return threads.isEmpty() ? null : threads.get(symbolizer.namespaceTid(tid));
  }

  void refresh() {
    JavaMachine known = machine;
    if (known != null) {
      known.refresh();
    }
  }

  @Override
  public List<Location> locate(List<JavaFrame> frames) {
    List<Location> located = new ArrayList<>(frames.size());
    for (int start = 0; start < frames.size(); start += FRAMES_AT_ONCE) {
      int end = Math.min(frames.size(), start + FRAMES_AT_ONCE);
      located.addAll(locateSome(List.copyOf(frames.subList(start, end))));
    }
    return located;
  }

  private List<Location> locateSome(List<JavaFrame> frames) {
    JavaMachine known = machine;
    if (known == null) {
      return Collections.nCopies(frames.size(), stalls.get() > 0 ? STALLED : gone());
    }
    try {
      List<Location> located = ask(nameReads, known, () -> known.locate(frames));
      if (located.stream().anyMatch(HostJava::isUnread) && !symbolizer.isCurrent(process)) {
        located.replaceAll(location -> isUnread(location) ? gone() : location);
      }
      return located;
    } catch (IOException e) { // naming itself throws none
      return Collections.nCopies(frames.size(), STALLED);
    }
  }

  /** Of a process that ended before its names were read nothing is unloaded. */
  private static boolean isUnread(Location location) {
    return location.unnamed().equals(UNLOADED);
  }

  private static Location gone() {
    return FrameNames.unnamedJit(UnnamedReason.PROCESS_GONE);
  }

  void close() {
    JavaMachine known = machine;
    if (known != null) {
      try {
        ask(
            nameReads,
            known,
            () -> {
              known.close(); // waits for a read that is under way
              return true;
            });
      } catch (IOException e) {
        // of a process that is gone
      }
    }
  }
}
