package io.nodeflame.collector.pprof;

/**
 * How a profile says of which kind a frame is. pprof has no field for it, so the file name of the
 * mapping carries it, where every tool shows it:
 *
 * <ul>
 *   <li>native code: the file as it is, {@code /usr/lib/libc.so.6};
 *   <li>code without a file: {@code [kernel]}, {@code [jit]};
 *   <li>other code in a file: {@code /usr/bin/prometheus [go]}.
 * </ul>
 *
 * <p>Reading gives back what was written, whatever the file is called. A word in brackets that is
 * no kind, such as {@code /tmp/a [B]}, belongs to the file's name: native code. No name at all, as
 * other producers may write, says nothing of the kind: {@code other}.
 *
 * @param kind lower-case word
 * @param file empty when there is none
 */
public record MappingName(String kind, String file) {
  private static final String DEFAULT_KIND = "native";
  private static final String OTHER_KIND = "other";
  private static final int MAX_KIND_LENGTH = 32;

  /** Name of a frame's mapping; what is no word for a kind is {@code other}. */
  static MappingName of(String kind, String file) {
    return new MappingName(isKind(kind) ? kind : OTHER_KIND, file);
  }

  /** Reads the file name of a mapping, empty when a location has none. */
  public static MappingName parse(String fileName) {
    if (fileName.isEmpty()) {
      return new MappingName(OTHER_KIND, "");
    }
    int open = fileName.lastIndexOf('[');
    if (open < 0 || !fileName.endsWith("]")) {
      return new MappingName(DEFAULT_KIND, fileName);
    }
    String kind = fileName.substring(open + 1, fileName.length() - 1);
    boolean separate = open == 0 || fileName.charAt(open - 1) == ' ';
    if (!isKind(kind) || !separate || open == 1) {
      return new MappingName(DEFAULT_KIND, fileName);
    }
    return new MappingName(kind, open == 0 ? "" : fileName.substring(0, open - 1));
  }

  /** The file name of the pprof mapping, before it is cut to a length. */
  String suffix() {
    if (file.isEmpty()) {
      return "[" + kind + "]";
    }
    boolean plain = kind.equals(DEFAULT_KIND) && parse(file).equals(this);
    return plain ? "" : " [" + kind + "]";
  }

  private static boolean isKind(String word) {
    if (word.isEmpty() || word.length() > MAX_KIND_LENGTH) {
      return false;
    }
    for (int i = 0; i < word.length(); i++) {
      char c = word.charAt(i);
      if ((c < 'a' || c > 'z') && (c < '0' || c > '9') && c != '-' && c != '_') {
        return false;
      }
    }
    return true;
  }
}
