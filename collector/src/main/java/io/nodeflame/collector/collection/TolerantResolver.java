package io.nodeflame.collector.collection;

import io.nodeflame.discovery.ProcessFacts;
import io.nodeflame.discovery.Resolution;
import io.nodeflame.discovery.TargetResolver;
import io.nodeflame.discovery.Unmatched;

/** Keeps the sampling thread alive when discovery has a fault: the process is unmatched for now. */
final class TolerantResolver implements TargetResolver {
  private final TargetResolver resolver;
  private final FaultLog log;

  TolerantResolver(TargetResolver resolver, FaultLog log) {
    this.resolver = resolver;
    this.log = log;
  }

  @Override
  public Resolution resolve(ProcessFacts process) {
    try {
      return resolver.resolve(process);
    } catch (RuntimeException e) {
      log.fault("resolving a process", e);
      return new Unmatched(Unmatched.Reason.NAME_UNKNOWN);
    }
  }
}
