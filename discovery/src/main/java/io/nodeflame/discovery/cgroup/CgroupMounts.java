package io.nodeflame.discovery.cgroup;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The cgroup mounts of a {@code mountinfo} text, proc_pid_mountinfo(5): {@code ID PARENT MAJ:MIN
 * ROOT MOUNTPOINT OPTIONS [TAGS...] - TYPE SOURCE SUPER_OPTIONS}.
 */
final class CgroupMounts {
  private static final int MAX_MOUNTS = 1024;
  private static final int ROOT = 3;
  private static final int MOUNT_POINT = 4;

  private record Mount(int version, String options, Path mountPoint, String root) {
    boolean has(String controller) {
      return controller.isEmpty() || ("," + options + ",").contains("," + controller + ",");
    }

    /** Fewer levels hidden is better; a root above our cgroup namespace starts with /.. */
    int hiddenLevels() {
      return PathSegments.of(root).count();
    }
  }

  private final List<Mount> mounts;

  private CgroupMounts(List<Mount> mounts) {
    this.mounts = mounts;
  }

  static CgroupMounts parse(String mountinfo) {
    List<Mount> mounts = new ArrayList<>();
    for (int start = 0; start < mountinfo.length() && mounts.size() < MAX_MOUNTS; ) {
      int newline = mountinfo.indexOf('\n', start);
      int end = newline < 0 ? mountinfo.length() : newline;
      parseLine(mountinfo.substring(start, end), mounts);
      start = end + 1;
    }
    return new CgroupMounts(mounts);
  }

  Optional<CgroupHierarchy> find(int version, String controller) {
    Mount best = null;
    for (Mount mount : mounts) {
      if (mount.version() == version
          && mount.has(controller)
          && (best == null || mount.hiddenLevels() < best.hiddenLevels())) {
        best = mount;
      }
    }
    return best == null
        ? Optional.empty()
        : Optional.of(new CgroupHierarchy(version, controller, best.mountPoint(), best.root()));
  }

  private static void parseLine(String line, List<Mount> mounts) {
    int dash = line.indexOf(" - ");
    if (dash < 0) {
      return;
    }
    String[] before = line.substring(0, dash).split(" ", MAX_MOUNTS);
    String[] after = line.substring(dash + 3).split(" ", 3);
    int version = after[0].equals("cgroup2") ? 2 : after[0].equals("cgroup") ? 1 : 0;
    if (version == 0 || before.length <= MOUNT_POINT || after.length < 3) {
      return;
    }
    String root = decoded(before[ROOT]);
    String mountPoint = decoded(before[MOUNT_POINT]);
    if (!root.startsWith("/") || !mountPoint.startsWith("/")) {
      return;
    }
    try {
      mounts.add(new Mount(version, after[2], Path.of(mountPoint), root));
    } catch (InvalidPathException e) {
      // A name that this JVM's encoding cannot hold: as good as not mounted.
      return;
    }
  }

  /** The kernel writes space, tab, newline and backslash as three octal digits. */
  private static String decoded(String field) {
    if (field.indexOf('\\') < 0) {
      return field;
    }
    StringBuilder plain = new StringBuilder(field.length());
    for (int i = 0; i < field.length(); i++) {
      int code = field.charAt(i) == '\\' ? octal(field, i + 1) : -1;
      plain.append(code < 0 ? field.charAt(i) : (char) code);
      i += code < 0 ? 0 : 3;
    }
    return plain.toString();
  }

  private static int octal(String field, int start) {
    if (start + 3 > field.length()) {
      return -1;
    }
    int value = 0;
    for (int i = start; i < start + 3; i++) {
      int digit = Character.digit(field.charAt(i), 8);
      if (digit < 0) {
        return -1;
      }
      value = value * 8 + digit;
    }
    return value <= 0x7f ? value : -1;
  }
}
