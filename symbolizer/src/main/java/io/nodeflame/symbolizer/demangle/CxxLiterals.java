package io.nodeflame.symbolizer.demangle;

/** Values in template arguments, with the suffix or cast that gives them their type. */
final class CxxLiterals {
  private CxxLiterals() {}

  /**
   * Appends a value as c++filt does.
   *
   * @param value as mangled: n for minus
   * @param builtin the type's name when it is a builtin, else empty
   * @param type writes the type
   */
  static void append(StringBuilder out, String value, String builtin, Runnable type) {
    if (value.isEmpty()) {
      type.run();
      return;
    }
    String suffix =
        switch (builtin) {
          case "int" -> "";
          case "unsigned int" -> "u";
          case "long" -> "l";
          case "unsigned long" -> "ul";
          case "long long" -> "ll";
          case "unsigned long long" -> "ull";
          default -> null;
        };
    if (builtin.equals("bool") && (value.equals("0") || value.equals("1"))) {
      out.append(value.equals("1"));
      return;
    }
    if (suffix == null) {
      out.append('(');
      type.run();
      out.append(')');
    }
    boolean isNegative = value.startsWith("n");
    String digits = isNegative ? value.substring(1) : value;
    out.append(isNegative ? "-" : "");
    boolean isFloat =
        builtin.equals("float") || builtin.equals("double") || builtin.equals("long double");
    if (isFloat) {
      out.append('[').append(digits).append(']');
    } else {
      out.append(digits).append(suffix == null ? "" : suffix);
    }
  }
}
