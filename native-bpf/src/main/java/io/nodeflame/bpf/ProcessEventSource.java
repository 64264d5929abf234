package io.nodeflame.bpf;

import java.nio.ByteBuffer;

/** Exec and exit events, by a program and a ring of their own. */
final class ProcessEventSource implements AutoCloseable {
  private static final int RING_BYTES = 128 * 1024;

  private final BpfObject object;
  private final RingReader ring;
  private final int lostFd;
  private final ByteBuffer key = BpfObject.direct(Integer.BYTES);
  private final ByteBuffer lostPerCpu;
  private final ImageView image = new ImageView();
  private final ExitView exit = new ExitView();

  private ProcessEventSource(BpfObject object, RingReader ring, int lostFd, int possibleCpus) {
    this.object = object;
    this.ring = ring;
    this.lostFd = lostFd;
    this.lostPerCpu = BpfObject.direct(possibleCpus * Long.BYTES);
  }

  static ProcessEventSource open(
      SamplerSettings settings, ProcNamespaces namespaces, int possibleCpus)
      throws SamplerException {
    BpfObject object = BpfObject.open("process_events");
    RingReader ring = null;
    try {
      object.setGlobal("cgroup_controller", settings.cgroupController().number());
      object.setNamespaces(namespaces);
      object.setMapEntries("process_events", RING_BYTES);
      object.load();
      ring = RingReader.map(object.mapFd("process_events"), RING_BYTES);
      object.attach();
      return new ProcessEventSource(
          object, ring, object.mapFd("lost_process_events"), possibleCpus);
    } catch (SamplerException e) {
      if (ring != null) {
        ring.close();
      }
      object.close();
      throw e;
    }
  }

  void drain(RecordConsumer consumer) {
    ring.drain(
        (memory, offset, length) -> {
          int type = memory.getInt(offset + Layout.RECORD_TYPE);
          if (type == Layout.TYPE_EXEC && length == Layout.IMAGE_BYTES) {
            image.wrap(memory, offset, length);
            consumer.exec(image);
          } else if (type == Layout.TYPE_EXIT && length == Layout.RECORD_BYTES) {
            exit.wrap(memory, offset, length);
            consumer.exit(exit);
          } else {
            throw new IllegalStateException(
                "process event of type "
                    + type
                    + " with "
                    + length
                    + " bytes is not in the layout");
          }
        });
  }

  synchronized long lost() {
    if (NativeLibrary.mapLookup(lostFd, key, lostPerCpu) != 0) {
      return 0;
    }
    long sum = 0;
    for (int at = 0; at < lostPerCpu.capacity(); at += Long.BYTES) {
      sum += lostPerCpu.getLong(at);
    }
    return sum;
  }

  long mapBytes() throws SamplerException {
    return MapMemory.bytes(object.mapFd("process_events")) + MapMemory.bytes(lostFd);
  }

  @Override
  public void close() {
    object.close();
    ring.close();
  }
}
