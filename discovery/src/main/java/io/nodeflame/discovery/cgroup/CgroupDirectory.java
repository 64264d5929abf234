package io.nodeflame.discovery.cgroup;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/**
 * A directory of a cgroup hierarchy.
 *
 * @param inode the cgroup id (unsigned)
 * @param children how many directories are in it, or {@link #UNKNOWN_CHILDREN}
 */
record CgroupDirectory(Path path, long inode, int children) {
  static final int UNKNOWN_CHILDREN = -1;

  /** Empty when it is gone, not a directory, or a link. */
  static Optional<CgroupDirectory> read(Path path) {
    try {
      Map<String, Object> attributes =
          Files.readAttributes(path, "unix:isDirectory,ino,nlink", LinkOption.NOFOLLOW_LINKS);
      if (!Boolean.TRUE.equals(attributes.get("isDirectory"))
          || !(attributes.get("ino") instanceof Number inode)
          || !(attributes.get("nlink") instanceof Number links)) {
        return Optional.empty();
      }
      // kernfs counts 2 plus the directories inside; file systems that do not count say 1.
      int children = links.intValue() < 2 ? UNKNOWN_CHILDREN : links.intValue() - 2;
      return Optional.of(new CgroupDirectory(path, inode.longValue(), children));
    } catch (IOException | SecurityException e) {
      return Optional.empty();
    }
  }
}
