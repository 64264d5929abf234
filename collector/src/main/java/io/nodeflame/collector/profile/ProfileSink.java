package io.nodeflame.collector.profile;

/** Takes encoded profiles: an endpoint's queue, the local store, a file. */
public interface ProfileSink {

  /** Name of the sink in metrics and logs, such as {@code main} or {@code store}. */
  String name();

  /**
   * Takes the profile over. Never blocks on the network; a profile that cannot be kept is counted
   * by the sink as dropped with a reason.
   */
  void accept(EncodedProfile profile);
}
