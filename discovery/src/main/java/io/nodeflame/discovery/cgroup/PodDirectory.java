package io.nodeflame.discovery.cgroup;

/**
 * The directory that kubelet makes for a pod: {@code kubepods[/QOS]/podUID} with the cgroupfs
 * driver, {@code [PREFIX-]kubepods[-QOS]-podUID.slice} with the systemd driver, which writes the
 * dashes of the UID as underscores because a dash separates levels of slices.
 */
final class PodDirectory {
  private static final String SLICE = ".slice";

  private PodDirectory() {}

  /** The pod's UID, or the empty string when the segment is no pod's directory. */
  static String uid(PathSegments path, int index) {
    String name = path.at(index);
    return name.endsWith(SLICE) ? uidOfSlice(name) : uidOfPlain(path, index);
  }

  /** The pod's UID in the name of a slice alone, or the empty string. */
  static String uidOfSlice(String name) {
    int pod = name.lastIndexOf("-pod");
    if (pod < 0 || !name.endsWith(SLICE) || !isKubepods(name.substring(0, pod))) {
      return "";
    }
    int start = pod + "-pod".length();
    int end = name.length() - SLICE.length();
    return start > end ? "" : checked(name.substring(start, end).replace('_', '-'));
  }

  private static String uidOfPlain(PathSegments path, int index) {
    String name = path.at(index);
    if (!name.startsWith("pod") || !isBelowKubepods(path, index)) {
      return "";
    }
    return checked(name.substring("pod".length()));
  }

  private static String checked(String uid) {
    return HexNames.isPodUid(uid) ? uid : "";
  }

  private static boolean isBelowKubepods(PathSegments path, int index) {
    if (index == 0) {
      return path.isRelative();
    }
    String parent = path.at(index - 1);
    if (!parent.equals("besteffort") && !parent.equals("burstable")) {
      return parent.equals("kubepods");
    }
    return index == 1 ? path.isRelative() : path.at(index - 2).equals("kubepods");
  }

  private static boolean isKubepods(String slice) {
    String root = slice;
    if (root.endsWith("-besteffort") || root.endsWith("-burstable")) {
      root = root.substring(0, root.lastIndexOf('-'));
    }
    return root.equals("kubepods") || root.endsWith("-kubepods");
  }
}
