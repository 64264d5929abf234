package io.nodeflame.discovery;

/** Finds the target of a process. */
public interface TargetResolver {
  /** Never throws because of what a process does; an unchanged target is the same object again. */
  Resolution resolve(ProcessFacts process);
}
