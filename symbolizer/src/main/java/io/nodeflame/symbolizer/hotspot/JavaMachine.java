package io.nodeflame.symbolizer.hotspot;

import io.nodeflame.symbolizer.JavaFrame;
import io.nodeflame.symbolizer.Location;
import io.nodeflame.symbolizer.process.ProcessMemory;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The HotSpot in one process. How its frames are walked is for the sampling thread, names are for
 * the collecting one; the two share nothing that changes.
 */
public final class JavaMachine implements AutoCloseable {
  /** For the tables, or for a round of names: thousands of methods. */
  private static final long READ_BYTES = 64 << 20;

  private final ProcessMemory process;
  private final long bias;
  private final int version;

  // Sampling thread.
  private final VmMemory samplingMemory;
  private final UnwindingReader unwinding;
  private final JavaThreads threads;

  /** Collecting thread. */
  private final JavaFrames frames;

  private JavaMachine(ProcessMemory process, JavaLibrary file, long bias, MethodCache cache)
      throws IOException {
    this.process = process;
    this.bias = bias;
    this.samplingMemory = file.memory(process, bias);
    VmLayout layout = file.layout(samplingMemory, bias);
    this.version = layout.version(samplingMemory, bias);
    this.unwinding = new UnwindingReader(layout);
    this.threads = new JavaThreads(layout.threads);
    this.frames = new JavaFrames(file.memory(process, bias), layout, version, cache);
  }

  /**
   * Looks at a process that maps a {@code libjvm.so}.
   *
   * @param process owned by the machine from now on, unless this throws
   * @param file of that library
   * @param bias of the library in the process
   * @throws UnsupportedVmException when its tables lack something or make no sense
   * @throws IOException when its memory cannot be read
   */
  public static JavaMachine open(
      ProcessMemory process, JavaLibrary file, long bias, MethodCache cache) throws IOException {
    process.grant(READ_BYTES);
    return new JavaMachine(process, file, bias, cache);
  }

  /** The JDK's feature version, such as 17. */
  public int version() {
    return version;
  }

  /**
   * How its frames are walked; empty while it starts. For the sampling thread.
   *
   * @throws IOException when the process is gone, or its code heaps make no sense
   */
  public Optional<JavaUnwinding> unwinding() throws IOException {
    samplingMemory.forget();
    process.grant(READ_BYTES);
    return unwinding.read(samplingMemory, bias);
  }

  /**
   * Addresses of its {@code JavaThread}s by thread id, in the process's own pid namespace. For the
   * sampling thread.
   */
  public Map<Integer, Long> threads() throws IOException {
    samplingMemory.forget();
    process.grant(READ_BYTES);
    return threads.read(samplingMemory, bias);
  }

  /** What was read may have changed; for the collecting thread, before each batch of names. */
  public void refresh() {
    process.grant(READ_BYTES);
    frames.refresh();
  }

  /** Names frames; one for each, in the same order. For the collecting thread. */
  public List<Location> locate(List<JavaFrame> asked) {
    List<Location> named = new ArrayList<>(asked.size());
    for (JavaFrame frame : asked) {
      named.add(locate(frame));
    }
    return named;
  }

  private Location locate(JavaFrame frame) {
    if (frame instanceof JavaFrame.Compiled compiled) {
      return frames.compiled(compiled.pc(), compiled.codeOffset(), compiled.compileId());
    }
    if (frame instanceof JavaFrame.Interpreted interpreted) {
      return frames.interpreted(interpreted.method(), interpreted.bytecodeIndex());
    }
    JavaFrame.Stub stub = (JavaFrame.Stub) frame;
    return frames.stub(stub.pc(), stub.codeOffset());
  }

  @Override
  public void close() throws IOException {
    process.close();
  }
}
