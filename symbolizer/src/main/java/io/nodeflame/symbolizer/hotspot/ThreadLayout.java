package io.nodeflame.symbolizer.hotspot;

/** The list of Java threads, and what a thread tells of its stack. */
final class ThreadLayout {
  private static final int NONE = -1;

  final boolean isList;
  final long variable;
  final int listLength;
  final int listThreads;
  final int next;
  final int osThread;
  final int osThreadId;
  final int stackBase;
  final int anchor;
  final int lastSp;
  final int lastPc;
  final int lastFp;

  /** -1 where there are no virtual threads. */
  final int continuationEntry;

  ThreadLayout(VmFields fields) throws UnsupportedVmException {
    isList = fields.has("ThreadsSMRSupport::_java_thread_list");
    variable =
        fields.staticOffset(
            isList ? "ThreadsSMRSupport::_java_thread_list" : "Threads::_thread_list");
    listLength = isList ? fields.offset("ThreadsList::_length") : NONE;
    listThreads = isList ? fields.offset("ThreadsList::_threads") : NONE;
    next = isList ? NONE : fields.offset("JavaThread::_next");
    osThread = fields.offset("JavaThread::_osthread", "Thread::_osthread");
    osThreadId = fields.offset("OSThread::_thread_id");
    stackBase = fields.offset("JavaThread::_stack_base", "Thread::_stack_base");
    anchor = fields.offset("JavaThread::_anchor");
    lastSp = fields.offset("JavaFrameAnchor::_last_Java_sp");
    lastPc = fields.offset("JavaFrameAnchor::_last_Java_pc");
    lastFp = fields.offset("JavaFrameAnchor::_last_Java_fp");
    boolean hasContinuations = fields.has("JavaThread::_cont_entry");
    continuationEntry = hasContinuations ? fields.offset("JavaThread::_cont_entry") : NONE;
  }
}
