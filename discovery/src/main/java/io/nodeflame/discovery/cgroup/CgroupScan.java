package io.nodeflame.discovery.cgroup;

import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Optional;

/** One reading of a hierarchy, level by level, up to a number of groups. */
final class CgroupScan {
  /** What a group is told to: its id and its path in the hierarchy. */
  interface Groups {
    void add(long cgroupId, String path);
  }

  private record Found(CgroupDirectory directory, String path, int depth) {}

  /** A directory of cgroup holds some seventy files; nobody makes this many groups in one. */
  private static final int MAX_ENTRIES = 65_536;

  private final int maxGroups;
  private final Groups groups;
  private final ArrayDeque<Found> waiting = new ArrayDeque<>();
  private int found;
  private int unread;

  private CgroupScan(int maxGroups, Groups groups) {
    this.maxGroups = maxGroups;
    this.groups = groups;
  }

  /** Returns how many groups were seen beyond the bound. */
  static int run(CgroupHierarchy hierarchy, int maxGroups, Groups groups) {
    CgroupScan scan = new CgroupScan(maxGroups, groups);
    CgroupDirectory.read(hierarchy.mountPoint())
        .ifPresent(root -> scan.take(new Found(root, hierarchy.mountRoot(), 0)));
    while (!scan.waiting.isEmpty()) {
      scan.readChildren(scan.waiting.removeFirst());
    }
    return scan.unread;
  }

  private void take(Found group) {
    if (found == maxGroups) {
      unread++;
      return;
    }
    found++;
    groups.add(group.directory().inode(), group.path());
    if (group.directory().children() != 0 && group.depth() < PathSegments.MAX_DEPTH) {
      waiting.addLast(group);
    }
  }

  private void readChildren(Found parent) {
    int left = parent.directory().children();
    int entries = 0;
    try (DirectoryStream<Path> stream = Files.newDirectoryStream(parent.directory().path())) {
      for (Path entry : stream) {
        if (left == 0 || ++entries > MAX_ENTRIES) {
          return;
        }
        String name = String.valueOf(entry.getFileName());
        Optional<CgroupDirectory> child =
            isKernelFile(name) ? Optional.empty() : CgroupDirectory.read(entry);
        if (child.isPresent()) {
          left -= left > 0 ? 1 : 0;
          take(new Found(child.get(), childPath(parent.path(), name), parent.depth() + 1));
        }
      }
    } catch (IOException | DirectoryIteratorException | SecurityException e) {
      // Removed while it was read: what is left of it is found at its own level, or gone.
      return;
    }
  }

  private static String childPath(String parent, String name) {
    return parent.endsWith("/") ? parent + name : parent + "/" + name;
  }

  /**
   * The common files of each group, to save a system call for each. systemd never gives a group
   * such a name (cg_escape).
   */
  private static boolean isKernelFile(String name) {
    return name.startsWith("cgroup.")
        || name.startsWith("memory.")
        || name.startsWith("cpu.")
        || name.startsWith("cpuset.")
        || name.startsWith("io.")
        || name.startsWith("hugetlb.")
        || name.startsWith("pids.");
  }
}
