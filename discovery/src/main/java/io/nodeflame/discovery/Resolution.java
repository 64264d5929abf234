package io.nodeflame.discovery;

/** What became of a process: a target, the reason why there is none, or that it has to wait. */
public sealed interface Resolution permits Target, Unmatched, Excluded, Waiting {}
