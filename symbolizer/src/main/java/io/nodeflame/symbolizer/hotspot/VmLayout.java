package io.nodeflame.symbolizer.hotspot;

import java.io.IOException;
import java.util.HashMap;
import java.util.Map;

/**
 * Everything of a HotSpot's build that is needed, by its own tables. Static fields are offsets from
 * the bias of {@code libjvm.so}: one layout serves every process of the same file. Immutable.
 *
 * <p>Fields go by the names of JDK 8 to 26, of which 17 and 25 were seen running; where one is
 * missing the machine is refused.
 */
final class VmLayout {
  private static final int OLDEST = 8;
  private static final int NEWEST = 99;

  /** Words from the frame pointer to the bytecode pointer ({@code frame_x86.hpp}). */
  private static final int BYTECODE_SLOT = -8;

  private static final int BYTECODE_SLOT_JDK_8 = -7;

  final CodeHeapLayout heaps;
  final BlobLayout blobs;
  final NmethodLayout nmethods;
  final MethodLayout methods;
  final ThreadLayout threads;
  final int bytecodeSlot;

  /** Static, or 0: where the code of the interpreter is. */
  final long interpreterVariable;

  final int stubQueueBuffer;

  /**
   * How far the queue is filled. Not its limit: what the interpreter did not need of it is given
   * back while the machine starts, and other code moves in.
   */
  final int stubQueueEnd;

  /** Static: to where Java code returns that native code called. */
  final long callStubReturnVariable;

  /** Words from the call stub's frame pointer to its {@code JavaCallWrapper}. */
  final int callWrapperSlot;

  final int callWrapperAnchor;

  /** Static, or 0: to where a virtual thread's lowest frame returns. */
  final long continuationReturnVariable;

  private final boolean isVersionOfJdk;
  private final long versionVariable;

  private VmLayout(VmFields fields) throws UnsupportedVmException {
    heaps = new CodeHeapLayout(fields);
    blobs = new BlobLayout(fields);
    nmethods = new NmethodLayout(fields, blobs);
    methods = new MethodLayout(fields);
    threads = new ThreadLayout(fields);
    // HotSpot counted its own versions until JDK 8: the other variable says 25 there.
    isVersionOfJdk = fields.has("JDK_Version::_current");
    versionVariable =
        fields.staticOffset(
            isVersionOfJdk ? "JDK_Version::_current" : "Abstract_VM_Version::_vm_major_version");
    // 9 brought the mirror slot, and with it lists of code heaps.
    bytecodeSlot = fields.has("CodeCache::_heaps") ? BYTECODE_SLOT : BYTECODE_SLOT_JDK_8;
    boolean hasInterpreter = fields.has("AbstractInterpreter::_code");
    interpreterVariable = hasInterpreter ? fields.staticOffset("AbstractInterpreter::_code") : 0;
    stubQueueBuffer = hasInterpreter ? fields.offset("StubQueue::_stub_buffer") : 0;
    stubQueueEnd = hasInterpreter ? fields.offset("StubQueue::_queue_end") : 0;
    callStubReturnVariable = fields.staticOffset("StubRoutines::_call_stub_return_address");
    callWrapperSlot = (int) fields.constant(-6, "frame::entry_frame_call_wrapper_offset");
    callWrapperAnchor = fields.offset("JavaCallWrapper::_anchor");
    continuationReturnVariable =
        fields.has("ContinuationEntry::_return_pc")
            ? fields.staticOffset("ContinuationEntry::_return_pc")
            : 0;
  }

  /**
   * Reads it from a process.
   *
   * @param symbols virtual addresses in the file of {@link VmTables#SYMBOLS}
   * @param bias of the file in the process
   * @throws UnsupportedVmException when something is missing or makes no sense
   * @throws IOException when the memory cannot be read
   */
  static VmLayout read(VmMemory memory, Map<String, Long> symbols, long bias) throws IOException {
    Map<String, Long> addresses = new HashMap<>();
    symbols.forEach((name, address) -> addresses.put(name, address + bias));
    return new VmLayout(new VmFields(VmTables.read(memory, addresses), bias));
  }

  /** The JDK's feature version, such as 17. */
  int version(VmMemory memory, long bias) throws IOException {
    long address = bias + versionVariable;
    int version = isVersionOfJdk ? memory.u8(address) : memory.i32(address);
    if (version < OLDEST || version > NEWEST) {
      throw new UnsupportedVmException("it says that it is version " + version);
    }
    return version;
  }
}
