package io.nodeflame.bpf;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sees to it that cgroups are sampled as often as was asked for: tells the program whom to sample
 * how often, and has the events fire often enough for it. Samples have the right weight at any
 * time, whichever of both comes first.
 *
 * <p>Not safe for several threads, but for {@link #inForce}.
 */
final class CgroupRates {
  private static final Logger LOG = LoggerFactory.getLogger(CgroupRates.class);

  private static final int MAX_NUMBER_BYTES = 32;

  private final SamplerSettings settings;
  private final int mapFd;
  private final CpuEvents events;
  private final Path maxSampleRate;
  private final FiringFrequency firing;
  private final Map<Long, Integer> inMap = new HashMap<>();
  private final ByteBuffer cgroup = BpfObject.direct(Long.BYTES);
  private final ByteBuffer period = BpfObject.direct(Long.BYTES);
  private String lastLimit = "";
  private volatile SamplingRates inForce;

  /**
   * Nobody is sampled more often than others yet.
   *
   * @param mapFd of the map {@code cgroup_periods}
   * @param procRoot {@code /proc}
   */
  CgroupRates(SamplerSettings settings, int mapFd, CpuEvents events, Path procRoot) {
    this.settings = settings;
    this.mapFd = mapFd;
    this.events = events;
    this.maxSampleRate = procRoot.resolve("sys/kernel/perf_event_max_sample_rate");
    this.firing = new FiringFrequency(settings.frequencyHz());
    this.inForce = SamplingRates.base(settings.frequencyHz());
  }

  SamplingRates inForce() {
    return inForce;
  }

  /** Replaces what was asked for. */
  void raise(Map<Long, Integer> asked, long monotonicNanos) {
    SamplingRates rates = SamplingRates.of(settings, asked, maxSampleRateHz());
    if (!rates.limit().isEmpty() && !rates.limit().equals(lastLimit)) {
      LOG.warn("Some pods have fewer samples than they ask for: {}", rates.limit());
      lastLimit = rates.limit();
    }
    tellProgram(rates.hertzByCgroup());
    firing.need(rates.firingHz(), monotonicNanos);
    inForce = rates.with(inForce.firingHz(), inMap);
    follow(monotonicNanos);
  }

  /** Changes how often events fire, once that is due. */
  void follow(long monotonicNanos) {
    int hertz = firing.at(monotonicNanos);
    if (hertz != inForce.firingHz()) {
      events.fireAt(hertz);
      inForce = inForce.with(hertz, inForce.hertzByCgroup());
      LOG.info("Events fire {} times a second on each CPU", hertz);
    }
  }

  private void tellProgram(Map<Long, Integer> wanted) {
    for (Long id : new HashSet<>(inMap.keySet())) {
      if (!wanted.containsKey(id)) {
        NativeLibrary.mapDelete(mapFd, cgroup.putLong(0, id));
        inMap.remove(id);
      }
    }
    wanted.forEach(
        (id, hertz) -> {
          if (!hertz.equals(inMap.get(id))) {
            period.putLong(0, SamplerSettings.periodNanos(hertz));
            int result = NativeLibrary.mapUpdate(mapFd, cgroup.putLong(0, id), period);
            if (result == 0) {
              inMap.put(id, hertz);
            } else {
              LOG.warn("Cgroup {} cannot be sampled more often: errno {}", id, -result);
            }
          }
        });
  }

  /** What the kernel allows; as much as anyone wants where it does not say. */
  private int maxSampleRateHz() {
    // Read at once: from its second byte on the kernel says that such a file has ended.
    try (InputStream in = Files.newInputStream(maxSampleRate)) {
      return Integer.parseInt(
          new String(in.readNBytes(MAX_NUMBER_BYTES), StandardCharsets.US_ASCII).strip());
    } catch (IOException | NumberFormatException e) {
      return Integer.MAX_VALUE;
    }
  }
}
