package io.nodeflame.bpf;

import java.util.HashMap;
import java.util.Map;

/**
 * How often whom is sampled, per second and CPU. Each sample has a weight, so shares of CPU time
 * are true for everyone.
 *
 * @param baseHz samples of whoever has no frequency of his own
 * @param firingHz firings of the event; those that are not taken are thinned out
 * @param hertzByCgroup samples of the cgroups that have more than the base, by id
 * @param limit why a cgroup has fewer samples than were asked for: a clause; empty when all are
 *     given
 */
public record SamplingRates(
    int baseHz, int firingHz, Map<Long, Integer> hertzByCgroup, String limit) {
  public SamplingRates {
    hertzByCgroup = Map.copyOf(hertzByCgroup);
  }

  /** Everybody is sampled at the base frequency. */
  static SamplingRates base(int hertz) {
    return new SamplingRates(hertz, hertz, Map.of(), "");
  }

  /** Samples per second and CPU of a cgroup. */
  public int hertz(long cgroupId) {
    return hertzByCgroup.getOrDefault(cgroupId, baseHz);
  }

  /**
   * What can be given of what is asked for. Nobody gets fewer samples than the base.
   *
   * @param asked samples per second and CPU, by cgroup id
   * @param maxHz what the kernel allows, {@code kernel.perf_event_max_sample_rate}
   */
  static SamplingRates of(SamplerSettings settings, Map<Long, Integer> asked, int maxHz) {
    int base = settings.frequencyHz();
    int most = Math.min(maxHz, SamplerSettings.MAX_FREQUENCY_HZ);
    if (settings.event() == SamplingEvent.CYCLES) {
      boolean isAsked = asked.values().stream().anyMatch(hertz -> hertz > base);
      return new SamplingRates(
          base, base, Map.of(), isAsked ? "sampling.event is not cpu-clock" : "");
    }
    Map<Long, Integer> given = new HashMap<>();
    int firing = base;
    String limit = "";
    for (Map.Entry<Long, Integer> entry : asked.entrySet()) {
      int hertz = Math.min(entry.getValue(), most);
      if (hertz < entry.getValue() && entry.getValue() > base) {
        limit = limit(maxHz);
      }
      if (hertz <= base) {
        continue;
      }
      if (given.size() == Layout.MAX_RAISED_CGROUPS) {
        limit = "more than " + Layout.MAX_RAISED_CGROUPS + " cgroups ask for more samples";
        break;
      }
      given.put(entry.getKey(), hertz);
      firing = Math.max(firing, hertz);
    }
    return new SamplingRates(base, firing, given, limit);
  }

  private static String limit(int maxHz) {
    return maxHz < SamplerSettings.MAX_FREQUENCY_HZ
        ? "kernel.perf_event_max_sample_rate is " + maxHz
        : SamplerSettings.MAX_FREQUENCY_HZ + " is the most";
  }

  /** The same while events fire at another frequency than is needed, and for what was taken. */
  SamplingRates with(int newFiringHz, Map<Long, Integer> taken) {
    return new SamplingRates(baseHz, newFiringHz, taken, limit);
  }
}
