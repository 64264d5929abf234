package io.nodeflame.collector.profile;

/** Takes the profiles of closed windows, and sees to it that their samples are accounted for. */
public interface StackProfileConsumer {

  /** Uses the profile before it returns: its arrays and frames may be used again afterwards. */
  void accept(StackProfile profile);
}
