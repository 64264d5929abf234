package io.nodeflame.discovery.host;

import io.nodeflame.discovery.ProcessFacts;
import io.nodeflame.discovery.Resolution;
import io.nodeflame.discovery.cgroup.ContainerId;
import io.nodeflame.discovery.target.Labelling;
import io.nodeflame.discovery.target.PodExplanation;
import java.util.List;
import java.util.Optional;

/**
 * The steps from one living process to its labels.
 *
 * @param process as the sampler would tell it, its start in whole hundredths of a second
 * @param kind what the rest depends on
 * @param cgroupPath that identifies; empty for kernel threads and when it could not be read
 * @param controllers of the hierarchies that show this path; the empty name is that of cgroup v2
 * @param container empty outside of containers
 * @param pod empty outside of pods, and without a cluster
 * @param labelling empty when there is nothing to make labels from
 * @param frequency how often it is sampled
 * @param resolution what its samples are delivered as, or why not
 */
public record Explanation(
    ProcessFacts process,
    Kind kind,
    String cgroupPath,
    List<String> controllers,
    Optional<ContainerId> container,
    Optional<PodExplanation> pod,
    Optional<Labelling> labelling,
    Frequency frequency,
    Resolution resolution) {
  /** What a process is to discovery. */
  public enum Kind {
    KERNEL_THREAD,
    CONTAINER,
    HOST,
    /** It ended meanwhile. */
    GONE
  }

  /**
   * Samples per second and CPU.
   *
   * @param hertz that its cgroup has now; 0 when that is not known
   * @param askedHertz that its pod asks for; 0 when it asks for none
   * @param limit why some pods have fewer than they ask for, a clause, or empty
   */
  public record Frequency(int hertz, int askedHertz, String limit) {}

  public Explanation {
    controllers = List.copyOf(controllers);
  }
}
