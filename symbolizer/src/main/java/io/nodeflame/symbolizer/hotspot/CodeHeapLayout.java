package io.nodeflame.symbolizer.hotspot;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * Where the code heaps are told of ({@code codeCache.hpp}, {@code heap.hpp}): a list of them, or
 * one on JDK 8.
 */
final class CodeHeapLayout {
  private static final int MAX_HEAPS = 4;

  private final long variable;
  private final boolean isList;
  private final int listLength;
  private final int listData;
  private final int low;
  private final int high;
  private final int segmentMap;
  private final int segmentBits;

  /** Bytes between the start of a block and its CodeBlob. */
  final int blockHeaderBytes;

  CodeHeapLayout(VmFields fields) throws UnsupportedVmException {
    isList = fields.has("CodeCache::_heaps");
    variable = fields.staticOffset(isList ? "CodeCache::_heaps" : "CodeCache::_heap");
    listLength =
        isList ? fields.offset("GrowableArrayBase::_len", "GenericGrowableArray::_len") : 0;
    listData = isList ? fields.offset("GrowableArray<int>::_data") : 0;
    int memory = fields.offset("CodeHeap::_memory");
    int lowBoundary = fields.offset("VirtualSpace::_low_boundary");
    low = memory + lowBoundary;
    high = memory + fields.offset("VirtualSpace::_high_boundary");
    segmentMap = fields.offset("CodeHeap::_segmap") + lowBoundary;
    segmentBits = fields.offset("CodeHeap::_log2_segment_size");
    blockHeaderBytes = fields.size("HeapBlock");
  }

  /**
   * The heaps of a process; empty while its Java machine starts.
   *
   * @throws UnsupportedVmException when they make no sense
   */
  List<CodeHeap> read(VmMemory memory, long bias) throws IOException {
    List<CodeHeap> heaps = new ArrayList<>(MAX_HEAPS);
    long first = memory.u64(bias + variable);
    if (first == 0) {
      return heaps;
    }
    if (!isList) {
      heaps.add(heap(memory, first));
      return heaps;
    }
    int count = memory.i32(first + listLength);
    if (count < 0 || count > MAX_HEAPS) {
      throw new UnsupportedVmException("it has " + count + " code heaps");
    }
    long data = memory.u64(first + listData);
    for (int i = 0; i < count; i++) {
      heaps.add(heap(memory, memory.u64(data + 8L * i)));
    }
    return heaps;
  }

  private CodeHeap heap(VmMemory memory, long address) throws IOException {
    CodeHeap heap =
        new CodeHeap(
            memory.u64(address + low),
            memory.u64(address + high),
            memory.u64(address + segmentMap),
            memory.i32(address + segmentBits));
    if (!heap.makesSense()) {
      throw new UnsupportedVmException("a code heap makes no sense: " + heap);
    }
    return heap;
  }
}
