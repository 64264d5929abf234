package io.nodeflame.collector.doctor;

import java.util.Optional;

/** Capabilities count on the host, not only inside a user namespace as in a rootless container. */
final class UserNamespaceCheck implements Check {
  private static final String NAME = "user namespace";

  private final NodeRoots roots;

  UserNamespaceCheck(NodeRoots roots) {
    this.roots = roots;
  }

  @Override
  public CheckResult run() {
    Optional<String> map = KernelText.read(roots.proc().resolve("self/uid_map"));
    // user_namespaces(7): the first namespace maps all ids to themselves.
    return map.isEmpty() || map.get().matches("0\\s+0\\s+4294967295")
        ? CheckResult.ok(NAME, "the host's")
        : CheckResult.failed(
            NAME,
            "capabilities hold only inside this container's user namespace",
            "run without user namespaces: hostUsers: true in the pod, or a rootful container");
  }
}
