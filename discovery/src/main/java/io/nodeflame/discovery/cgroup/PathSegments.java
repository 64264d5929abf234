package io.nodeflame.discovery.cgroup;

import java.util.ArrayList;
import java.util.List;

/**
 * A cgroup path cut at its slashes. A path that leaves a cgroup namespace starts with {@code /..}
 * once per level (cgroup_namespaces(7)); anywhere else {@code ..} is refused.
 */
final class PathSegments {
  /** The kernel refuses longer paths in {@code /proc/PID/cgroup} (PATH_MAX). */
  static final int MAX_PATH_CHARS = 4096;

  static final int MAX_DEPTH = 64;

  private static final PathSegments NONE = new PathSegments("", false, List.of(), new int[0]);

  private final String path;
  private final boolean relative;
  private final List<String> names;
  private final int[] ends;

  private PathSegments(String path, boolean relative, List<String> names, int[] ends) {
    this.path = path;
    this.relative = relative;
    this.names = names;
    this.ends = ends;
  }

  /** No segments when the path is not absolute, too long, too deep or has {@code ..} inside. */
  static PathSegments of(String path) {
    if (!path.startsWith("/") || path.length() > MAX_PATH_CHARS) {
      return NONE;
    }
    List<String> names = new ArrayList<>(8);
    int[] ends = new int[MAX_DEPTH];
    boolean relative = false;
    for (int start = 1; start < path.length(); ) {
      int slash = path.indexOf('/', start);
      int end = slash < 0 ? path.length() : slash;
      String name = path.substring(start, end);
      if (name.equals("..") && names.isEmpty()) {
        relative = true;
      } else if (name.isEmpty() || name.equals(".") || name.equals("..")) {
        return NONE;
      } else if (names.size() == MAX_DEPTH) {
        return NONE;
      } else {
        ends[names.size()] = end;
        names.add(name);
      }
      start = end + 1;
    }
    return new PathSegments(path, relative, names, ends);
  }

  int count() {
    return names.size();
  }

  /** The empty string outside of the path, so that shapes need no bounds checks. */
  String at(int index) {
    return index < 0 || index >= names.size() ? "" : names.get(index);
  }

  /** True when the start of the path is hidden by a cgroup namespace. */
  boolean isRelative() {
    return relative;
  }

  /** The path up to and with this segment. */
  String directory(int index) {
    return path.substring(0, ends[index]);
  }
}
