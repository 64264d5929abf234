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
  private final OnlineCpus onlineCpus;
  private final Map<Integer, Open> openByCpu = new HashMap<>();
  private long periodOrFrequency;
  private boolean saidKept;

  /** An event's link, and what it was opened with. */
  private record Open(int link, long periodOrFrequency) {}

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
    openByCpu
        .entrySet()
        .removeIf(
            entry -> {
              boolean gone = !online.get(entry.getKey());
              if (gone) {
                object.detach(entry.getValue().link());
                LOG.info("CPU {} went offline", entry.getKey());
              }
              return gone;
            });
    for (int cpu = online.nextSetBit(0); cpu >= 0; cpu = online.nextSetBit(cpu + 1)) {
      Open open = openByCpu.get(cpu);
      if (open == null) {
        int result = openOn(cpu);
        LOG.info("CPU {} came online, {}", cpu, result < 0 ? explain(cpu, -result) : "sampling it");
      } else if (open.periodOrFrequency() != periodOrFrequency) {
        reopen(cpu, open);
      }
    }
  }

  /**
   * Events of the clock fire so often from now on. Each is opened anew: PERF_EVENT_IOC_PERIOD would
   * leave the period that the program sees as it was. A CPU whose new event cannot be opened keeps
   * its old one until the next refresh.
   */
  void fireAt(int hertz) {
    periodOrFrequency = SamplerSettings.periodNanos(hertz);
    refresh();
  }

  private void reopen(int cpu, Open old) {
    int result = openOn(cpu);
    if (result >= 0) {
      object.detach(old.link());
      saidKept = false;
    } else if (!saidKept) {
      LOG.warn("CPU {} is sampled as often as before: {}", cpu, explain(cpu, -result));
      saidKept = true;
    }
  }

  int openCount() {
    return openByCpu.size();
  }

  @Override
  public void close() {
    openByCpu.values().forEach(open -> object.detach(open.link()));
    openByCpu.clear();
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
    openByCpu.put(cpu, new Open(link, periodOrFrequency));
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
