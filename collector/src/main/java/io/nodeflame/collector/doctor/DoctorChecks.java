package io.nodeflame.collector.doctor;

import io.nodeflame.collector.config.EndpointConfig;
import io.nodeflame.collector.config.NodeflameConfig;
import java.util.ArrayList;
import java.util.List;

/** The checks of a node, in the order in which they matter. */
public final class DoctorChecks {
  private DoctorChecks() {}

  /** A list of its own: the caller may add checks that need more than files. */
  public static List<Check> of(NodeRoots roots, NodeflameConfig config) {
    List<Check> checks = new ArrayList<>();
    checks.add(new KernelCheck(roots, config.sampling().event()));
    checks.add(new BtfCheck(roots));
    checks.add(new LockdownCheck(roots));
    checks.add(new UserNamespaceCheck(roots));
    for (Capability capability : Capability.values()) {
      if (capability != Capability.SYS_RESOURCE || chargesLockedMemory(roots)) {
        checks.add(new CapabilityCheck(roots, capability));
      }
    }
    checks.add(new PerfParanoidCheck(roots));
    checks.add(new SampleRateCheck(roots, config.sampling().frequencyHz()));
    checks.add(new KernelSymbolsCheck(roots));
    checks.add(new PtraceScopeCheck(roots));
    checks.add(new CgroupCheck(roots));
    checks.add(new PidNamespaceCheck(roots));
    checks.add(
        new WritableDirectoryCheck(
            "symbol cache",
            new WritableDirectoryCheck.Keys("symbols.cacheDir", "symbols.cacheSize"),
            config.symbols().cacheDir(),
            config.symbols().cacheSizeBytes()));
    if (config.store().enabled()) {
      checks.add(
          new WritableDirectoryCheck(
              "store",
              new WritableDirectoryCheck.Keys("store.dir", "store.maxSize"),
              config.store().dir(),
              config.store().maxSizeBytes()));
    }
    for (EndpointConfig endpoint : config.pyroscope()) {
      checks.add(new EndpointCheck(endpoint)); // not its spool, which nothing writes yet
    }
    return checks;
  }

  /** Before 5.11 BPF maps count against RLIMIT_MEMLOCK. */
  private static boolean chargesLockedMemory(NodeRoots roots) {
    return KernelVersion.read(roots.proc())
        .map(version -> !version.isAtLeast(5, 11, 0))
        .orElse(false);
  }
}
