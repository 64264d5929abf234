package io.nodeflame.symbolizer.symbols;

import java.util.List;

/** Where separate debug files are kept, by the conventions that GDB and the distributions share. */
final class DebugPaths {
  private static final int MIN_BUILD_ID_DIGITS = 4;

  private DebugPaths() {}

  /** {@code <debugDir>/.build-id/ab/cdef.debug}. */
  static List<String> ofBuildId(String debugDir, String buildId) {
    return buildId.length() < MIN_BUILD_ID_DIGITS
        ? List.of()
        : List.of(
            debugDir
                + "/.build-id/"
                + buildId.substring(0, 2)
                + '/'
                + buildId.substring(2)
                + ".debug");
  }

  /** Beside the file, and in {@code .debug} there. */
  static List<String> besides(String path, String linkName) {
    String directory = directory(path);
    return List.of(directory + '/' + linkName, directory + "/.debug/" + linkName);
  }

  /** In the debug directory, under the file's own directory. */
  static String below(String debugDir, String path, String linkName) {
    return debugDir + directory(path) + '/' + linkName;
  }

  /** True for an absolute path of plain steps, none of which leads up. */
  static boolean isPlain(String path) {
    return path.startsWith("/")
        && path.indexOf('\0') < 0
        && !path.contains("/../")
        && !path.endsWith("/..");
  }

  private static String directory(String path) {
    return path.substring(0, path.lastIndexOf('/'));
  }
}
