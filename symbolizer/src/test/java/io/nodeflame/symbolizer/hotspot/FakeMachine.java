package io.nodeflame.symbolizer.hotspot;

import java.util.List;

/** What a {@link FakeVm} has once it has started: code heaps, an interpreter, threads. */
final class FakeMachine {
  static final long HEAP = 0x7e00_0000_0000L;
  static final long HEAP_BYTES = 1 << 20;
  static final long CALL_STUB_RETURN = HEAP + 0x500;
  static final long INTERPRETER = HEAP + 0x1000;
  static final int INTERPRETER_BYTES = 0x800;
  static final int SEGMENT_BITS = 7;

  private FakeMachine() {}

  static void start(FakeVm vm, List<Integer> threadIds) {
    FakeMemory memory = vm.memory;
    long heap = memory.allocate(512);
    int low = vm.offset("CodeHeap::_memory") + vm.offset("VirtualSpace::_low_boundary");
    int high = vm.offset("CodeHeap::_memory") + vm.offset("VirtualSpace::_high_boundary");
    int map = vm.offset("CodeHeap::_segmap") + vm.offset("VirtualSpace::_low_boundary");
    memory.put(heap + low, 8, HEAP);
    memory.put(heap + high, 8, HEAP + HEAP_BYTES);
    memory.put(heap + map, 8, memory.allocate((int) (HEAP_BYTES >> SEGMENT_BITS)));
    vm.put(heap, "CodeHeap::_log2_segment_size", SEGMENT_BITS);
    if (vm.has("CodeCache::_heaps")) {
      long list = memory.allocate(32);
      long data = memory.allocate(8);
      boolean isOld = vm.has("GenericGrowableArray::_len");
      vm.put(list, isOld ? "GenericGrowableArray::_len" : "GrowableArrayBase::_len", 1);
      vm.put(list, "GrowableArray<int>::_data", data);
      memory.put(data, 8, heap);
      vm.putStatic("CodeCache::_heaps", list);
    } else {
      vm.putStatic("CodeCache::_heap", heap);
    }
    long queue = memory.allocate(64);
    vm.put(queue, "StubQueue::_stub_buffer", INTERPRETER);
    vm.put(queue, "StubQueue::_queue_end", INTERPRETER_BYTES);
    vm.putStatic("AbstractInterpreter::_code", queue);
    vm.putStatic("StubRoutines::_call_stub_return_address", CALL_STUB_RETURN);
    startThreads(vm, threadIds);
  }

  /** The address of the first is the lowest, and so on. */
  private static void startThreads(FakeVm vm, List<Integer> ids) {
    FakeMemory memory = vm.memory;
    boolean isList = vm.has("ThreadsSMRSupport::_java_thread_list");
    long array = memory.allocate(8 * ids.size());
    long before = 0;
    for (int i = ids.size() - 1; i >= 0; i--) {
      long osThread = memory.allocate(512);
      vm.put(osThread, "OSThread::_thread_id", ids.get(i));
      long thread = memory.allocate(4096);
      boolean isOld = vm.has("JavaThread::_osthread");
      vm.put(thread, isOld ? "JavaThread::_osthread" : "Thread::_osthread", osThread);
      if (!isList) {
        vm.put(thread, "JavaThread::_next", before);
      }
      memory.put(array + 8L * i, 8, thread);
      before = thread;
    }
    if (isList) {
      long list = memory.allocate(64);
      vm.put(list, "ThreadsList::_length", ids.size());
      vm.put(list, "ThreadsList::_threads", array);
      vm.putStatic("ThreadsSMRSupport::_java_thread_list", list);
    } else {
      vm.putStatic("Threads::_thread_list", before);
    }
  }
}
