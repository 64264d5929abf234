package io.nodeflame.bpf;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * A sampler without a kernel: tests write records in the kernel's layout, and they are drained
 * through the real views. Its ring takes a number of samples and counts what it must refuse.
 */
public final class RecordedSampler implements StackSampler {
  private static final int BASE_HZ = 19;

  private final int capacity;
  private final Deque<ByteBuffer> ring = new ArrayDeque<>();
  private final SampleView sampleView = new SampleView();
  private final ImageView imageView = new ImageView();
  private final ExitView exitView = new ExitView();
  private final Set<Integer> stackSwitching = ConcurrentHashMap.newKeySet();
  private SamplingRates rates = SamplingRates.base(BASE_HZ);
  private int samplesInRing;
  private long taken;
  private long idle;
  private long thinned;
  private long lost;
  private boolean awake;
  private boolean stopped;
  private boolean closed;

  /**
   * An empty ring.
   *
   * @param capacity samples that it holds
   */
  public RecordedSampler(int capacity) {
    this.capacity = capacity;
  }

  /** What a sample says besides its process. */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  public record Stack(
      long[] user,
      long[] kinds,
      long[] kernel,
      EndReason end,
      long stackWord,
      boolean leafUsed,
      String thread) {
    private static final int KIND_SHIFT = 56;

    /** A whole user stack of native code, leaf first. */
    public static Stack of(long... user) {
      return new Stack(
          user, new long[user.length], new long[0], EndReason.COMPLETE, 0, false, "thread");
    }

    /** The same with one more frame at its root. */
    public Stack calledBy(int kind, long address, long data) {
      long[] frames = Arrays.copyOf(user, user.length + 1);
      long[] more = Arrays.copyOf(kinds, kinds.length + 1);
      frames[user.length] = address;
      more[kinds.length] = (long) kind << KIND_SHIFT | data;
      return new Stack(frames, more, kernel, end, stackWord, leafUsed, thread);
    }

    public Stack withKernel(long... addresses) {
      return new Stack(user, kinds, addresses, end, stackWord, leafUsed, thread);
    }

    public Stack endingWith(EndReason reason) {
      return new Stack(user, kinds, kernel, reason, stackWord, leafUsed, thread);
    }

    public Stack withStackWord(long word, boolean isLeafReturnUsed) {
      return new Stack(user, kinds, kernel, end, word, isLeafReturnUsed, thread);
    }

    public Stack inThread(String name) {
      return new Stack(user, kinds, kernel, end, stackWord, leafUsed, name);
    }
  }

  private static ByteBuffer record(int bytes, int type, ProcessImage image) {
    return ByteBuffer.allocate(bytes)
        .order(ByteOrder.nativeOrder())
        .putInt(Layout.RECORD_TYPE, type)
        .putInt(Layout.RECORD_TGID, image.pid())
        .putLong(Layout.RECORD_PROCESS_START, image.startNanos())
        .putLong(Layout.RECORD_EXEC_ID, image.execId());
  }

  /** A process image is seen for the first time. */
  public synchronized void image(ProcessImage image, ProcessImage parent, String executable) {
    ByteBuffer record =
        record(Layout.IMAGE_BYTES, Layout.TYPE_IMAGE, image)
            .putInt(Layout.IMAGE_PARENT_TGID, parent.pid())
            .putLong(Layout.IMAGE_PARENT_START, parent.startNanos())
            .putLong(Layout.IMAGE_PARENT_EXEC_ID, parent.execId());
    text(record, Layout.IMAGE_COMM, executable);
    text(record, Layout.IMAGE_EXE_NAME, executable);
    ring.add(record);
    wake();
  }

  /** A thread of the kernel is seen for the first time. */
  public synchronized void kernelThread(ProcessImage image, String name) {
    ByteBuffer record =
        record(Layout.IMAGE_BYTES, Layout.TYPE_IMAGE, image)
            .putInt(Layout.IMAGE_FLAGS, Layout.IMAGE_FLAG_KERNEL_THREAD);
    text(record, Layout.IMAGE_COMM, name);
    ring.add(record);
    wake();
  }

  private static void text(ByteBuffer record, int at, String text) {
    record.put(at, text.getBytes(StandardCharsets.UTF_8));
  }

  /** One firing. */
  public synchronized void sample(ProcessImage image, long valueNanos, Stack stack) {
    taken++;
    if (samplesInRing >= capacity || stopped) {
      lost++;
      return;
    }
    int userBytes = stack.user.length * Layout.USER_FRAME_BYTES;
    ByteBuffer record =
        record(
                Layout.SAMPLE_BYTES + userBytes + stack.kernel.length * Long.BYTES,
                Layout.TYPE_SAMPLE,
                image)
            .putLong(Layout.SAMPLE_VALUE, valueNanos)
            .putLong(Layout.SAMPLE_STACK_WORD, stack.stackWord)
            .putShort(Layout.SAMPLE_KERNEL_FRAMES, (short) stack.kernel.length)
            .putShort(Layout.SAMPLE_USER_FRAMES, (short) stack.user.length)
            .put(Layout.SAMPLE_END_REASON, number(stack.end))
            .putShort(
                Layout.SAMPLE_FLAGS, (short) (stack.leafUsed ? Layout.FLAG_LEAF_RETURN_USED : 0));
    text(record, Layout.SAMPLE_COMM, stack.thread);
    for (int i = 0; i < stack.user.length; i++) {
      int at = Layout.SAMPLE_BYTES + i * Layout.USER_FRAME_BYTES;
      record.putLong(at, stack.user[i]);
      record.putLong(at + Long.BYTES, stack.kinds[i]);
    }
    for (int i = 0; i < stack.kernel.length; i++) {
      record.putLong(Layout.SAMPLE_BYTES + userBytes + i * Long.BYTES, stack.kernel[i]);
    }
    samplesInRing++;
    ring.add(record);
  }

  private static byte number(EndReason end) {
    for (byte number = 0; ; number++) {
      if (EndReason.of(number) == end) {
        return number;
      }
    }
  }

  /** A firing over the idle task. */
  public synchronized void idle() {
    taken++;
    idle++;
  }

  /** A firing that is left out for the sake of others. */
  public synchronized void thinned() {
    taken++;
    thinned++;
  }

  /** A process ended. */
  public synchronized void exit(ProcessImage image) {
    ring.add(record(Layout.RECORD_BYTES, Layout.TYPE_EXIT, image));
  }

  @Override
  public synchronized void await(Duration atMost) {
    long end = System.nanoTime() + atMost.toNanos();
    try {
      for (long left = atMost.toNanos(); !awake && left > 0; left = end - System.nanoTime()) {
        wait(left / 1_000_000, (int) (left % 1_000_000));
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    awake = false;
  }

  @Override
  public synchronized void wake() {
    awake = true;
    notifyAll();
  }

  @Override
  public int drain(RecordConsumer consumer) {
    List<ByteBuffer> records;
    int samples = 0;
    synchronized (this) {
      if (closed) {
        throw new IllegalStateException("drained after close");
      }
      records = new ArrayList<>(ring);
      ring.clear();
      samplesInRing = 0;
    }
    for (ByteBuffer record : records) {
      samples += dispatch(record, consumer);
    }
    return samples;
  }

  private int dispatch(ByteBuffer record, RecordConsumer consumer) {
    switch (record.getInt(Layout.RECORD_TYPE)) {
      case Layout.TYPE_SAMPLE -> {
        sampleView.wrap(record, 0, record.capacity());
        if (!sampleView.isWellFormed()) {
          throw new IllegalStateException("not in the layout");
        }
        consumer.sample(sampleView);
        return 1;
      }
      case Layout.TYPE_IMAGE -> {
        imageView.wrap(record, 0, record.capacity());
        consumer.image(imageView);
      }
      case Layout.TYPE_EXIT -> {
        exitView.wrap(record, 0, record.capacity());
        consumer.exit(exitView);
      }
      default -> throw new IllegalStateException("unknown record");
    }
    return 0;
  }

  @Override
  public synchronized SamplerCounters counters() {
    return new SamplerCounters(taken, taken - idle - thinned - lost, idle, 0, thinned, lost, 0);
  }

  @Override
  public long lostProcessEvents() {
    return 0;
  }

  @Override
  public boolean setStackSwitching(ProcessImage image) {
    return stackSwitching.add(image.pid());
  }

  @Override
  public boolean setJavaMachine(ProcessImage image, JavaWalk walk) {
    return true;
  }

  @Override
  public void setJavaThread(int tid, long address) {}

  @Override
  public void forget(int pid) {
    stackSwitching.remove(pid);
  }

  /** Pids whose frames may lie on several stacks. */
  public Set<Integer> stackSwitching() {
    return Set.copyOf(stackSwitching);
  }

  @Override
  public synchronized void raise(Map<Long, Integer> hertzByCgroup) {
    rates = new SamplingRates(BASE_HZ, BASE_HZ, hertzByCgroup, "");
  }

  @Override
  public synchronized SamplingRates rates() {
    return rates;
  }

  @Override
  public long mapBytes() {
    return 0;
  }

  @Override
  public synchronized void stop() {
    stopped = true;
  }

  @Override
  public synchronized void close() {
    closed = true;
  }
}
