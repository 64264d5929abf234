package io.nodeflame.discovery;

/** The name of an executable as people say it. */
public final class ExecutableName {
  public static final int MAX_CHARS = 128;

  /** What the kernel appends to a link to a file that was removed or replaced since. */
  private static final String DELETED = " (deleted)";

  private ExecutableName() {}

  /** The base name, cleaned and cut as {@link PlainText#of}; empty when nothing is left. */
  public static String of(String path) {
    String name = path.endsWith(DELETED) ? path.substring(0, path.length() - 10) : path;
    name = name.substring(name.lastIndexOf('/') + 1);
    return PlainText.of(name, MAX_CHARS);
  }
}
