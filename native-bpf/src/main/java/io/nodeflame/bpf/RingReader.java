package io.nodeflame.bpf;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * Reads a BPF ring buffer in place (kernel/bpf/ringbuf.c, documented in
 * Documentation/bpf/ringbuf.rst): the producer's position and the data are shared memory; a record
 * is a u32 length with a busy bit (31) and a discard bit (30), a u32, then the payload, rounded up
 * to 8 bytes. One thread reads.
 */
final class RingReader implements AutoCloseable {
  private static final VarHandle LONGS =
      MethodHandles.byteBufferViewVarHandle(long[].class, ByteOrder.nativeOrder());
  private static final VarHandle INTS =
      MethodHandles.byteBufferViewVarHandle(int[].class, ByteOrder.nativeOrder());

  private static final int BUSY = 1 << 31;
  private static final int DISCARD = 1 << 30;
  private static final int HEADER_BYTES = 8;

  private final long ring;
  private final ByteBuffer consumer;
  private final ByteBuffer producer;
  private final int pageBytes;
  private final long mask;
  private boolean closed;

  /** Takes one record: its payload is {@code memory[offset, offset + length)}. */
  interface PayloadConsumer {
    void accept(ByteBuffer memory, int offset, int length);
  }

  private RingReader(long ring, long dataBytes) {
    this.ring = ring;
    this.consumer = NativeLibrary.ringConsumer(ring).order(ByteOrder.nativeOrder());
    this.producer = NativeLibrary.ringProducer(ring).order(ByteOrder.nativeOrder());
    this.pageBytes = consumer.capacity();
    this.mask = dataBytes - 1;
  }

  /**
   * Maps the ring's memory.
   *
   * @param dataBytes size of the ring: the map's number of entries
   */
  static RingReader map(int mapFd, long dataBytes) throws SamplerException {
    long ring = NativeLibrary.mapRing(mapFd, dataBytes);
    if (ring <= 0 && ring > -4096) {
      throw new SamplerException("the ring buffer's memory cannot be mapped: errno " + -ring);
    }
    return new RingReader(ring, dataBytes);
  }

  /** Hands out what is there now, and gives each record's room back after it was taken. */
  void drain(PayloadConsumer payloads) {
    long position = (long) LONGS.get(consumer, 0);
    long end = (long) LONGS.getAcquire(producer, 0);
    while (position < end) {
      int at = pageBytes + (int) (position & mask);
      int header = (int) INTS.getAcquire(producer, at);
      if ((header & BUSY) != 0) {
        return; // still being written on another CPU; the rest waits behind it
      }
      int length = header & ~(BUSY | DISCARD);
      if ((header & DISCARD) == 0) {
        payloads.accept(producer, at + HEADER_BYTES, length);
      }
      position += (HEADER_BYTES + length + 7L) & ~7L;
      LONGS.setRelease(consumer, 0, position);
    }
  }

  @Override
  public void close() {
    if (!closed) {
      closed = true;
      NativeLibrary.unmapRing(ring);
    }
  }
}
