package io.nodeflame.bpf;

import java.io.IOException;
import java.util.BitSet;
import java.util.HashMap;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One perf event per online CPU with the sampler attached. CPUs come and go: a CPU that went
 * offline took its event with it, and needs a new one when it returns.
 */
final class CpuEvents implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(CpuEvents.class);

  private final BpfObject object;
  private final String program;
  private final SamplingEvent event;
  private final long periodOrFrequency;
  private final OnlineCpus onlineCpus;
  private final Map<Integer, Integer> linkByCpu = new HashMap<>();

  CpuEvents(BpfObject object, String program, SamplerSettings settings, OnlineCpus onlineCpus) {
    this.object = object;
    this.program = program;
    this.event = settings.event();
    this.periodOrFrequency =
        event == SamplingEvent.CPU_CLOCK ? settings.periodNanos() : settings.frequencyHz();
    this.onlineCpus = onlineCpus;
  }

  /** Opens an event on every online CPU; none may fail. */
  void open() throws SamplerException {
    BitSet online;
    try {
      online = onlineCpus.read();
    } catch (IOException e) {
      throw new SamplerException("the list of online CPUs cannot be read: " + e.getMessage());
    }
    for (int cpu = online.nextSetBit(0); cpu >= 0; cpu = online.nextSetBit(cpu + 1)) {
      int result = openOn(cpu);
      if (result < 0) {
        throw new SamplerException(explain(cpu, -result));
      }
    }
  }

  /** Follows CPUs that came or went since the last call. */
  void refresh() {
    BitSet online;
    try {
      online = onlineCpus.read();
    } catch (IOException e) {
      LOG.warn("The list of online CPUs cannot be read: {}", e.getMessage());
      return;
    }
    linkByCpu
        .entrySet()
        .removeIf(
            entry -> {
              boolean gone = !online.get(entry.getKey());
              if (gone) {
                object.detach(entry.getValue());
                LOG.info("CPU {} went offline", entry.getKey());
              }
              return gone;
            });
    for (int cpu = online.nextSetBit(0); cpu >= 0; cpu = online.nextSetBit(cpu + 1)) {
      if (!linkByCpu.containsKey(cpu)) {
        int result = openOn(cpu);
        LOG.info("CPU {} came online, {}", cpu, result < 0 ? explain(cpu, -result) : "sampling it");
      }
    }
  }

  int openCount() {
    return linkByCpu.size();
  }

  @Override
  public void close() {
    linkByCpu.values().forEach(object::detach);
    linkByCpu.clear();
  }

  private int openOn(int cpu) {
    int fd = NativeLibrary.perfEventOpen(event.number(), periodOrFrequency, cpu);
    if (fd < 0) {
      return fd;
    }
    int link = object.attachPerfEvent(program, fd);
    if (link < 0) {
      NativeLibrary.closeFd(fd);
      return link;
    }
    linkByCpu.put(cpu, link);
    return link;
  }

  private String explain(int cpu, int errno) {
    String what = "the perf event of CPU " + cpu + " cannot be opened (errno " + errno + ")";
    return switch (errno) {
      case 1, 13 -> what + ": it needs the capability PERFMON, or root";
      case 2, 95 ->
          what + ": this machine has no hardware counter for cycles; set sampling.event: cpu-clock";
      default -> what;
    };
  }
}
