package io.nodeflame.discovery;

/** What became of a process: a target, or the reason why there is none. */
public sealed interface Resolution permits Target, Unmatched, Excluded {}
