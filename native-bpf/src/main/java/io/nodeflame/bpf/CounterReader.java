package io.nodeflame.bpf;

import java.nio.ByteBuffer;
import java.util.BitSet;

/**
 * Reads the per-CPU counters of the sampler. A CPU's copy is taken while its program may be
 * running: the sequence number that the program writes first must equal the one that it writes
 * last.
 */
final class CounterReader {
  private static final int MAX_TRIES = 1000;

  private final int mapFd;
  private final int cpus;
  private final ByteBuffer key = BpfObject.direct(Integer.BYTES);
  private final ByteBuffer values;

  CounterReader(int mapFd, int possibleCpus) {
    this.mapFd = mapFd;
    this.cpus = possibleCpus;
    this.values = BpfObject.direct(possibleCpus * Layout.COUNTERS_BYTES);
  }

  synchronized SamplerCounters read() {
    SamplerCounters sum = SamplerCounters.ZERO;
    BitSet missing = new BitSet(cpus);
    missing.set(0, cpus);
    for (int attempt = 0; attempt < MAX_TRIES; attempt++) {
      int result = NativeLibrary.mapLookup(mapFd, key, values);
      if (result != 0) {
        throw new IllegalStateException("the sampler's counters cannot be read: errno " + -result);
      }
      for (int cpu = missing.nextSetBit(0); cpu >= 0; cpu = missing.nextSetBit(cpu + 1)) {
        if (isConsistent(cpu)) {
          sum = sum.plus(of(cpu));
          missing.clear(cpu);
        }
      }
      if (missing.isEmpty()) {
        return sum;
      }
    }
    throw new IllegalStateException("the sampler's counters never stood still");
  }

  private boolean isConsistent(int cpu) {
    return number(cpu, Layout.COUNTERS_SEQUENCE_END) == number(cpu, Layout.COUNTERS_SEQUENCE_BEGIN);
  }

  private SamplerCounters of(int cpu) {
    return new SamplerCounters(
        number(cpu, Layout.COUNTERS_TAKEN),
        number(cpu, Layout.COUNTERS_SUBMITTED),
        number(cpu, Layout.COUNTERS_IDLE),
        number(cpu, Layout.COUNTERS_OUTSIDE),
        number(cpu, Layout.COUNTERS_THINNED),
        number(cpu, Layout.COUNTERS_LOST_RING),
        number(cpu, Layout.COUNTERS_LOST_SCRATCH));
  }

  private long number(int cpu, int offset) {
    return values.getLong(cpu * Layout.COUNTERS_BYTES + offset);
  }
}
