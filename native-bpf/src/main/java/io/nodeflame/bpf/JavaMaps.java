package io.nodeflame.bpf;

import java.nio.ByteBuffer;

/** The walker's tables of Java machines and threads. Not for two threads at once. */
final class JavaMaps {
  private final int machinesFd;
  private final int threadsFd;
  private final ByteBuffer key = BpfObject.direct(Integer.BYTES);
  private final ByteBuffer machine = BpfObject.direct(Layout.JVM_BYTES);
  private final ByteBuffer thread = BpfObject.direct(Long.BYTES);

  JavaMaps(BpfObject object) throws SamplerException {
    machinesFd = object.mapFd("jvms");
    threadsFd = object.mapFd("java_threads");
  }

  boolean setMachine(ProcessImage process, JavaWalk walk) {
    walk.write(machine, process.startNanos());
    key.putInt(0, process.pid());
    return NativeLibrary.mapUpdate(machinesFd, key, machine) == 0;
  }

  void setThread(int tid, long address) {
    key.putInt(0, tid);
    thread.putLong(0, address);
    NativeLibrary.mapUpdate(threadsFd, key, thread);
  }

  void forgetMachine(int pid) {
    key.putInt(0, pid);
    NativeLibrary.mapDelete(machinesFd, key);
  }
}
