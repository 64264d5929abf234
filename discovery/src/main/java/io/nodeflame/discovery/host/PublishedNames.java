package io.nodeflame.discovery.host;

import io.nodeflame.discovery.ServiceNames;

/** Asks a living process what it says of its service. */
public interface PublishedNames {
  /** Nobody is asked. */
  PublishedNames UNKNOWN = (pid, startTicks) -> ServiceNames.NONE;

  /**
   * Says nothing when the process is gone or does not answer in time.
   *
   * @param startTicks field 22 of {@code /proc/PID/stat}
   */
  ServiceNames of(int pid, long startTicks);
}
