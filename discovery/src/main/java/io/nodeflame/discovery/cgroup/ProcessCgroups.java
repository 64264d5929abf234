package io.nodeflame.discovery.cgroup;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What {@code /proc/PID/cgroup} says: the path of a process in each mounted hierarchy, see
 * cgroups(7). Malformed lines are passed over.
 */
public final class ProcessCgroups {
  /** The key of the one cgroup v2 hierarchy: its line names no controller. */
  public static final String V2 = "";

  private static final int MAX_LINES = 64;
  private static final String DELETED = " (deleted)";

  private final Map<String, String> pathByController;

  private ProcessCgroups(Map<String, String> pathByController) {
    this.pathByController = pathByController;
  }

  public static ProcessCgroups parse(String text) {
    Map<String, String> paths = new LinkedHashMap<>();
    int lines = 0;
    for (int start = 0; start < text.length() && lines < MAX_LINES; lines++) {
      int newline = text.indexOf('\n', start);
      int end = newline < 0 ? text.length() : newline;
      parseLine(text.substring(start, end), paths);
      start = end + 1;
    }
    return new ProcessCgroups(paths);
  }

  /**
   * The path in one hierarchy.
   *
   * @param controller a controller such as {@code memory}, {@code name=systemd}, or {@link #V2}
   */
  public Optional<String> path(String controller) {
    return Optional.ofNullable(pathByController.get(controller));
  }

  /**
   * The path that identifies: of a container if any hierarchy shows one (a pod's before others),
   * else of a systemd unit, else the v2 path, else the first that is not the root. In a hybrid
   * hierarchy v1 comes before v2, since runtimes may leave v2 at the root. Empty when nothing was
   * readable.
   */
  public Optional<String> identifyingPath() {
    String best = "";
    int bestRank = -1;
    for (String controller : CgroupControllers.BY_PREFERENCE) {
      String path = pathByController.getOrDefault(controller, "");
      int rank = rank(path);
      if (rank > bestRank) {
        best = path;
        bestRank = rank;
      }
    }
    for (String controller : new String[] {CgroupControllers.SYSTEMD, V2}) {
      String path = pathByController.getOrDefault(controller, "");
      int rank = rank(path);
      // Equal ranks below a container: systemd's own trees know its units best.
      if (rank > bestRank || (rank == bestRank && rank < CONTAINER)) {
        best = path;
        bestRank = rank;
      }
    }
    return bestRank < 0 ? Optional.empty() : Optional.of(best);
  }

  /**
   * The hierarchies that show a path, as {@code /proc/PID/cgroup} names their controllers; {@link
   * #V2} for that of version 2.
   */
  public List<String> controllersOf(String path) {
    List<String> controllers = new ArrayList<>();
    pathByController.forEach(
        (controller, shown) -> {
          if (shown.equals(path)) {
            controllers.add(controller);
          }
        });
    return controllers;
  }

  private static final int CONTAINER = 4;

  private static int rank(String path) {
    if (path.isEmpty()) {
      return -1;
    }
    Optional<ContainerId> container = ContainerId.in(path);
    if (container.isPresent()) {
      return container.get().inPod() ? CONTAINER + 1 : CONTAINER;
    }
    Optional<SystemdUnit> unit = SystemdUnit.of(path);
    if (unit.isPresent()) {
      return unit.get().serviceName().isPresent() ? 3 : 2;
    }
    return path.equals("/") ? 0 : 1;
  }

  /** {@code ID:CONTROLLERS:PATH}; the path may hold colons. */
  private static void parseLine(String line, Map<String, String> paths) {
    int first = line.indexOf(':');
    int second = line.indexOf(':', first + 1);
    if (first < 1 || second < 0 || !HexNames.isDecimal(line.substring(0, first))) {
      return;
    }
    String path = line.substring(second + 1);
    if (!path.startsWith("/") || path.length() > PathSegments.MAX_PATH_CHARS) {
      return;
    }
    String controllers = line.substring(first + 1, second);
    if (controllers.equals(V2)) {
      paths.putIfAbsent(V2, withoutDeleted(path));
    } else if (controllers.startsWith("name=")) {
      paths.putIfAbsent(controllers, path);
    } else {
      for (String controller : controllers.split(",", MAX_LINES)) {
        paths.putIfAbsent(controller, path);
      }
    }
  }

  /** The kernel marks a removed directory of v2 that still has a process (a zombie) in it. */
  private static String withoutDeleted(String path) {
    return path.endsWith(DELETED) ? path.substring(0, path.length() - DELETED.length()) : path;
  }
}
