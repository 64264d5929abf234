package io.nodeflame.symbolizer.demangle;

/** Shortens the generic arguments of a demangled Rust name. */
final class RustArguments {
  private RustArguments() {}

  /**
   * Replaces argument lists longer than the bound, brackets included, by {@code <...>}, inner lists
   * first. A qualified self, {@code <T as Trait>}, is a part of the path and stays.
   */
  static String shorten(CharSequence name, int maxLength) {
    StringBuilder out = new StringBuilder(name.length());
    int[] opened = new int[64];
    int depth = 0;
    for (int i = 0; i < name.length(); i++) {
      char c = name.charAt(i);
      if (c == '<') {
        if (depth == opened.length) {
          return name.toString();
        }
        opened[depth++] = out.length();
      }
      out.append(c);
      boolean isArrow = c == '>' && i > 0 && name.charAt(i - 1) == '-';
      if (c == '>' && !isArrow && depth > 0) {
        int start = opened[--depth];
        if (out.length() - start > maxLength && isArgumentList(out, start)) {
          out.setLength(start);
          out.append("<...>");
        }
      }
    }
    return out.toString();
  }

  private static boolean isArgumentList(StringBuilder out, int start) {
    if (start == 0) {
      return false;
    }
    char before = out.charAt(start - 1);
    return before == ':' || before == '_' || Character.isLetterOrDigit(before);
  }
}
