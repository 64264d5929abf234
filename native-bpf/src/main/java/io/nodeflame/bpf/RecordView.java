package io.nodeflame.bpf;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** A window on one record in the ring's memory. Valid only inside the call that hands it out. */
abstract class RecordView {
  private ByteBuffer memory = ByteBuffer.allocate(0);
  private int offset;
  private int length;

  final void wrap(ByteBuffer newMemory, int newOffset, int newLength) {
    memory = newMemory;
    offset = newOffset;
    length = newLength;
  }

  /** Thread group id in the pid namespace of our {@code /proc}. */
  public final int pid() {
    return i32(Layout.RECORD_TGID);
  }

  /** Start of the group leader, nanoseconds of CLOCK_BOOTTIME in our time namespace. */
  public final long processStartNanos() {
    return u64(Layout.RECORD_PROCESS_START);
  }

  /** Changes with every exec of the process. */
  public final long execId() {
    return u64(Layout.RECORD_EXEC_ID);
  }

  /** Nanoseconds of CLOCK_MONOTONIC. */
  public final long timeNanos() {
    return u64(Layout.RECORD_TIME);
  }

  /** The three numbers above as a value. */
  public final ProcessImage image() {
    return new ProcessImage(pid(), processStartNanos(), execId());
  }

  final int length() {
    return length;
  }

  final int u8(int at) {
    return memory.get(offset + at) & 0xff;
  }

  final int u16(int at) {
    return memory.getShort(offset + at) & 0xffff;
  }

  final int i32(int at) {
    return memory.getInt(offset + at);
  }

  final long u64(int at) {
    return memory.getLong(offset + at);
  }

  final String text(int at, int capacity) {
    byte[] bytes = new byte[capacity];
    int end = 0;
    while (end < capacity && (bytes[end] = memory.get(offset + at + end)) != 0) {
      end++;
    }
    return new String(bytes, 0, end, StandardCharsets.UTF_8);
  }
}
