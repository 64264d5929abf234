package io.nodeflame.collector.delivery;

import io.nodeflame.collector.profile.EncodedProfile;

/** One request that brings one profile to an endpoint. Used by several threads at once. */
public interface ProfilePush {

  /** Sends the profile and waits for the answer, for a bounded time unless the peer stalls. */
  PushResult push(EncodedProfile profile);

  /** Whether a push runs for longer than it may: the peer takes or gives bytes too slowly. */
  boolean hasOverdue();

  /** Ends overdue pushes, or all. They return as trouble of the network. */
  void abort(boolean all);
}
