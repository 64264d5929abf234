package io.nodeflame.discovery;

import java.util.function.Supplier;

/**
 * The process is in a container that its pod is not known of yet: the samples are to be held until
 * it is, rather than to be labelled wrongly.
 */
public final class Waiting implements Resolution {
  private final String container;
  private final Supplier<Resolution> again;

  /**
   * @param container whose processes wait together
   * @param again resolves again, from any thread; in the end to something else than waiting
   */
  public Waiting(String container, Supplier<Resolution> again) {
    this.container = container;
    this.again = again;
  }

  public String container() {
    return container;
  }

  /** What is known by now; still a waiting one when nothing more is. For any thread. */
  public Resolution settle() {
    return again.get();
  }
}
