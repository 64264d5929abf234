package io.nodeflame.symbolizer.process;

import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;

/**
 * Resolves a path below a directory one name at a time, for kernels without openat2 (before 5.6).
 * Each directory on the way is held open, so that {@code ..} means the one we came through, and
 * links are read and resolved here, so that neither can lead out. Links of /proc are text like any
 * other.
 */
final class RootWalk {
  private static final int PIN =
      SystemCalls.O_PATH | SystemCalls.O_CLOEXEC | SystemCalls.O_NOFOLLOW;

  /** As in the kernel. */
  private static final int MAX_LINKS = 40;

  private static final int MAX_DEPTH = 128;
  private static final int MAX_NAMES = 4096;

  private final int root;
  private final int[] parents = new int[MAX_DEPTH];
  private final ArrayDeque<String> names = new ArrayDeque<>();
  private final byte[] link = new byte[4096];
  private int depth;
  private int links;

  /** The descriptor stays the caller's. */
  RootWalk(int root) {
    this.root = root;
  }

  /** A new {@code O_PATH} descriptor, or a negative error number. */
  int resolve(String path, boolean followLastLink) {
    int result = push(path) ? walk(followLastLink) : -SystemCalls.ENAMETOOLONG;
    while (depth > 0) {
      SystemCalls.closeFile(parents[--depth]);
    }
    return result;
  }

  private int walk(boolean followLastLink) {
    while (true) {
      String name = names.pollFirst();
      if (name == null) {
        return depth == 0 ? SystemCalls.open(root, CString.of("."), PIN) : parents[--depth];
      }
      if (name.equals("..")) {
        if (depth > 0) {
          SystemCalls.closeFile(parents[--depth]);
        }
        continue;
      }
      int fd = SystemCalls.open(depth == 0 ? root : parents[depth - 1], CString.of(name), PIN);
      if (fd < 0) {
        return fd;
      }
      int length = SystemCalls.readLink(fd, link);
      if (length < 0 || (names.isEmpty() && !followLastLink)) {
        if (depth == MAX_DEPTH) {
          SystemCalls.closeFile(fd);
          return -SystemCalls.ENAMETOOLONG;
        }
        parents[depth++] = fd;
        continue;
      }
      SystemCalls.closeFile(fd);
      int error = follow(new String(link, 0, length, StandardCharsets.UTF_8));
      if (error < 0) {
        return error;
      }
    }
  }

  private int follow(String target) {
    if (++links > MAX_LINKS) {
      return -SystemCalls.ELOOP;
    }
    if (target.startsWith("/")) {
      while (depth > 0) {
        SystemCalls.closeFile(parents[--depth]);
      }
    }
    return push(target) ? 0 : -SystemCalls.ENAMETOOLONG;
  }

  /** Puts the names of the path before those that still wait; false when there are too many. */
  private boolean push(String path) {
    int end = path.length();
    while (end > 0) {
      int slash = path.lastIndexOf('/', end - 1);
      String name = path.substring(slash + 1, end);
      if (!name.isEmpty() && !name.equals(".")) {
        names.addFirst(name);
      }
      end = Math.max(slash, 0);
    }
    return names.size() <= MAX_NAMES;
  }
}
