package io.nodeflame.collector.e2e;

import java.io.IOException;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** Looks for files of a pod on its node, from another pod. */
final class HostFiles {
  private static final String POD = "host-files";

  /** Prints the paths that have one of the arguments in their name. */
  private static final String SEARCH =
      """
      import os, sys
      roots = ["/host/" + r for r in
               ("etc", "opt", "run", "tmp", "var", "sys/fs/bpf", "sys/fs/cgroup")]
      for root in roots:
          for at, directories, files in os.walk(root):
              # Contents of images and file systems of containers are not files of the pod.
              directories[:] = [d for d in directories
                                if not d.startswith("io.containerd.snapshotter") and d != "rootfs"]
              for name in directories + files:
                  if any(mark in name for mark in sys.argv[1:]):
                      print(os.path.join(at, name))
      """;

  private HostFiles() {}

  /** Starts the pod that looks. */
  static void start(String node) throws Exception {
    HostPod.start(Workload.NAMESPACE, POD, node, List.of("import time; time.sleep(3600)"));
  }

  /** Paths on the node whose names have one of these marks in them. */
  static Set<String> named(String... marks) throws IOException, InterruptedException {
    String[] search = {
      "exec", "-n", Workload.NAMESPACE, POD, "--", "/usr/bin/python3", "-c", SEARCH
    };
    String[] arguments = new String[search.length + marks.length];
    System.arraycopy(search, 0, arguments, 0, search.length);
    System.arraycopy(marks, 0, arguments, search.length, marks.length);
    Set<String> paths = new TreeSet<>();
    Tools.kubectl(arguments).succeeded().lines().forEach(paths::add);
    return paths;
  }
}
