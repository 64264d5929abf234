package io.nodeflame.symbolizer.kernel;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.IntBuffer;
import java.nio.LongBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Collects symbols in any order. Names go outside of the heap at once; what is needed for sorting
 * is on the heap until {@link #build()}. A record is u16 module, u16 length, name, and lies within
 * one chunk.
 */
final class SymbolTableBuilder {
  static final int CHUNK_BYTES = 64 * 1024;
  static final int MAX_SYMBOLS = 1 << 20;
  private static final int MAX_CHUNKS = 512;
  private static final int MAX_MODULES = 4096;

  private final List<ByteBuffer> chunks = new ArrayList<>();
  private final Map<String, Integer> modules = new HashMap<>();
  private final List<String> moduleNames = new ArrayList<>();
  private long[] starts = new long[1024];
  private int[] records = new int[1024];
  private byte[] ranks = new byte[1024];
  private int size;
  private boolean isSorted = true;

  /**
   * Adds a symbol; false when a bound is reached and it was dropped.
   *
   * @param rank of symbols at one address the lowest is kept, and of equals the first
   */
  boolean add(long start, int rank, byte[] name, int offset, int length, String module) {
    Integer moduleIndex = moduleIndex(module);
    if (size == MAX_SYMBOLS || moduleIndex == null) {
      return false;
    }
    int needed = 2 * Short.BYTES + length;
    ByteBuffer chunk = chunks.isEmpty() ? null : chunks.get(chunks.size() - 1);
    if (chunk == null || chunk.remaining() < needed) {
      if (chunks.size() == MAX_CHUNKS) {
        return false;
      }
      chunk = ByteBuffer.allocateDirect(CHUNK_BYTES);
      chunks.add(chunk);
    }
    grow();
    isSorted &= size == 0 || Long.compareUnsigned(starts[size - 1], start) < 0;
    starts[size] = start;
    ranks[size] = (byte) rank;
    records[size] = (chunks.size() - 1) * CHUNK_BYTES + chunk.position();
    size++;
    chunk.putShort(moduleIndex.shortValue()).putShort((short) length).put(name, offset, length);
    return true;
  }

  private @Nullable Integer moduleIndex(String module) {
    Integer known = modules.get(module);
    if (known == null && moduleNames.size() < MAX_MODULES) {
      known = moduleNames.size();
      modules.put(module, known);
      moduleNames.add(module);
    }
    return known;
  }

  private void grow() {
    if (size == starts.length) {
      int capacity = size + size / 2;
      starts = Arrays.copyOf(starts, capacity);
      records = Arrays.copyOf(records, capacity);
      ranks = Arrays.copyOf(ranks, capacity);
    }
  }

  SymbolTable build() {
    int[] order = isSorted ? null : sorted();
    int kept = 0;
    LongBuffer outStarts = direct((long) distinct(order) * Long.BYTES).asLongBuffer();
    IntBuffer outRecords = direct((long) distinct(order) * Integer.BYTES).asIntBuffer();
    for (int i = 0; i < size; i++) {
      int from = order == null ? i : order[i];
      if (kept == 0 || outStarts.get(kept - 1) != starts[from]) {
        outStarts.put(kept, starts[from]);
        outRecords.put(kept, records[from]);
        kept++;
      }
    }
    ByteBuffer[] names = chunks.toArray(new ByteBuffer[0]);
    return new SymbolTable(outStarts, outRecords, names, moduleNames.toArray(new String[0]));
  }

  private int distinct(int @Nullable [] order) {
    if (order == null) {
      return size;
    }
    int count = 0;
    for (int i = 0; i < size; i++) {
      if (i == 0 || starts[order[i]] != starts[order[i - 1]]) {
        count++;
      }
    }
    return count;
  }

  private static ByteBuffer direct(long bytes) {
    return ByteBuffer.allocateDirect((int) bytes).order(ByteOrder.nativeOrder());
  }

  /** Indices by start, then rank, then order of arrival: a merge sort, without boxing. */
  private int[] sorted() {
    int[] order = new int[size];
    for (int i = 0; i < size; i++) {
      order[i] = i;
    }
    int[] merged = new int[size];
    for (long width = 1; width < size; width *= 2) {
      for (long low = 0; low < size; low += 2 * width) {
        int middle = (int) Math.min(low + width, size);
        merge(order, merged, (int) low, middle, (int) Math.min(low + 2 * width, size));
      }
      int[] swap = order;
      order = merged;
      merged = swap;
    }
    return order;
  }

  private void merge(int[] from, int[] to, int low, int middle, int high) {
    int left = low;
    int right = middle;
    for (int i = low; i < high; i++) {
      boolean isLeft = right == high || (left < middle && !isAfter(from[left], from[right]));
      to[i] = isLeft ? from[left++] : from[right++];
    }
  }

  private boolean isAfter(int a, int b) {
    int byStart = Long.compareUnsigned(starts[a], starts[b]);
    return byStart > 0 || (byStart == 0 && ranks[a] > ranks[b]);
  }
}
