package io.nodeflame.symbolizer.host;

import io.nodeflame.symbolizer.JavaCode;
import io.nodeflame.symbolizer.Location;
import io.nodeflame.symbolizer.UnnamedReason;
import io.nodeflame.symbolizer.hotspot.JavaMachine;
import io.nodeflame.symbolizer.hotspot.JavaUnwinding;
import io.nodeflame.symbolizer.hotspot.UnsupportedVmException;
import io.nodeflame.symbolizer.process.ProcessId;
import io.nodeflame.symbolizer.process.ProcessMemory;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
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
  private static final long FIRST_RETRY_NANOS = 20_000_000;
  private static final long MAX_RETRY_NANOS = 1_000_000_000;

  /** Threads come and go by the second; their list is a few reads for each. */
  private static final long THREADS_NANOS = 200_000_000;

  private final HostSymbolizer symbolizer;
  private final ProcessId process;
  private final Supplier<MappedCode> mapped;
  private volatile @Nullable JavaMachine machine;

  // Sampling thread.
  private @Nullable MappedCode seen;
  private boolean isDone;
  private long nextTry;
  private long retryNanos = FIRST_RETRY_NANOS;
  private Map<Integer, Long> threads = new HashMap<>();
  private long nextThreads;

  /**
   * @param mapped gives the process's mappings as they are known now
   */
  HostJava(HostSymbolizer symbolizer, ProcessId process, Supplier<MappedCode> mapped) {
    this.symbolizer = symbolizer;
    this.process = process;
    this.mapped = mapped;
  }

  @Override
  public Optional<JavaUnwinding> takeUnwinding() {
    MappedCode code = mapped.get();
    if (isDone || (machine == null && code == seen)) {
      return Optional.empty();
    }
    long now = symbolizer.nanoTime();
    if (now - nextTry < 0) {
      return Optional.empty();
    }
    try {
      return look(code, now);
    } catch (UnsupportedVmException e) {
      isDone = true;
      LOG.warn(
          "The Java machine of process {} is walked by frame pointers only: {}",
          process.pid(),
          e.getMessage());
    } catch (IOException e) {
      isDone = true; // gone, mostly
    }
    return Optional.empty();
  }

  private Optional<JavaUnwinding> look(MappedCode code, long now) throws IOException {
    JavaMachine known = machine;
    if (known == null) {
      seen = code;
      int mapping = JavaLibraries.find(code);
      if (mapping < 0) {
        return Optional.empty();
      }
      known = open(code, mapping);
      machine = known;
    }
    Optional<JavaUnwinding> unwinding = known.unwinding();
    isDone = unwinding.isPresent();
    nextTry = now + retryNanos;
    retryNanos = Math.min(MAX_RETRY_NANOS, 2 * retryNanos);
    return unwinding;
  }

  private JavaMachine open(MappedCode code, int mapping) throws IOException {
    CodeFile file = code.file(mapping);
    if (file == null) {
      throw new UnsupportedVmException("libjvm.so cannot be read");
    }
    symbolizer.open(process, code.mappings(), mapping, file);
    ProcessMemory memory = symbolizer.memory(process);
    boolean isKept = false;
    try {
      JavaMachine opened =
          JavaMachine.open(
              memory,
              symbolizer.javaLibraries().of(file),
              code.bias(mapping),
              symbolizer.javaMethods());
      isKept = true;
      return opened;
    } finally {
      if (!isKept) {
        memory.close();
      }
    }
  }

  @Override
  public long thread(int tid) {
    JavaMachine known = machine;
    if (known == null) {
      return 0;
    }
    int namespaceTid = symbolizer.namespaceTid(tid);
    Long thread = threads.get(namespaceTid);
    long now = symbolizer.nanoTime();
    if (thread == null && now - nextThreads >= 0) {
      nextThreads = now + THREADS_NANOS;
      try {
        threads = known.threads();
      } catch (IOException e) {
        threads = new HashMap<>();
      }
      thread = threads.get(namespaceTid);
    }
    return thread == null ? 0 : thread;
  }

  void refresh() {
    JavaMachine known = machine;
    if (known != null) {
      known.refresh();
    }
  }

  @Override
  public Location compiled(long pc, int codeOffset, int compileId) {
    JavaMachine known = machine;
    return known == null ? gone() : known.compiled(pc, codeOffset, compileId);
  }

  @Override
  public Location interpreted(long method, int bytecodeIndex) {
    JavaMachine known = machine;
    return known == null ? gone() : known.interpreted(method, bytecodeIndex);
  }

  @Override
  public Location stub(long pc, int codeOffset) {
    JavaMachine known = machine;
    return known == null ? gone() : known.stub(pc, codeOffset);
  }

  private static Location gone() {
    return FrameNames.unnamedJit(UnnamedReason.PROCESS_GONE);
  }

  void close() {
    JavaMachine known = machine;
    if (known != null) {
      try {
        known.close();
      } catch (IOException e) {
        // of a process that is gone
      }
    }
  }
}
