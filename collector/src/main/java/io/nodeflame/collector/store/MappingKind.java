package io.nodeflame.collector.store;

/**
 * The kind of a frame, as its pprof mapping's file name carries it: {@code [jit]}, {@code
 * /usr/bin/prometheus [go]}; a plain file name is native code.
 */
final class MappingKind {
  private static final String NATIVE = "native";
  private static final int MAX_LENGTH = 32;

  private MappingKind() {}

  static String of(String fileName) {
    int open = fileName.lastIndexOf('[');
    if (open < 0 || !fileName.endsWith("]")) {
      return fileName.isEmpty() ? "" : NATIVE;
    }
    String kind = fileName.substring(open + 1, fileName.length() - 1);
    boolean separate = open == 0 || (open > 1 && fileName.charAt(open - 1) == ' ');
    return separate && isKind(kind) ? kind : NATIVE;
  }

  private static boolean isKind(String word) {
    for (int i = 0; i < word.length(); i++) {
      char c = word.charAt(i);
      if ((c < 'a' || c > 'z') && (c < '0' || c > '9') && c != '-' && c != '_') {
        return false;
      }
    }
    return !word.isEmpty() && word.length() <= MAX_LENGTH;
  }
}
