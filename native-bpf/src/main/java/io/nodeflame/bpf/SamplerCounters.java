package io.nodeflame.bpf;

/**
 * What became of every firing of the perf event in the kernel: {@code taken = submitted + idle +
 * outside + thinned + lostRing + lostScratch}, exactly, since each CPU's numbers are copied whole.
 *
 * @param taken firings
 * @param submitted samples that the ring took; what was not drained yet waits there
 * @param idle filtered: the idle task
 * @param outside filtered: the process has no number in the pid namespace of our {@code /proc}
 * @param thinned filtered: events fire faster than this task is sampled, for the sake of a cgroup
 *     that is sampled more often; the samples that are kept stand for these, too
 * @param lostRing the ring was full, or its lock busy
 * @param lostScratch no scratch memory: a bug
 */
public record SamplerCounters(
    long taken,
    long submitted,
    long idle,
    long outside,
    long thinned,
    long lostRing,
    long lostScratch) {
  public static final SamplerCounters ZERO = new SamplerCounters(0, 0, 0, 0, 0, 0, 0);

  SamplerCounters plus(SamplerCounters other) {
    return new SamplerCounters(
        taken + other.taken,
        submitted + other.submitted,
        idle + other.idle,
        outside + other.outside,
        thinned + other.thinned,
        lostRing + other.lostRing,
        lostScratch + other.lostScratch);
  }
}
