package io.nodeflame.symbolizer.demangle;

/** A whole C++ symbol: {@code _Z}, an encoding, and clone suffixes behind dots. */
final class CxxName {
  private static final int MAX_DEPTH = 100;
  private static final int MAX_STEPS = 20_000;
  private static final int MAX_CLONES_LENGTH = 128;

  private CxxName() {}

  static String demangle(byte[] mangled, Style style) {
    MangledText in = new MangledText(mangled, 2, MAX_DEPTH, MAX_STEPS);
    CxxNode symbol = new CxxGrammar(in).encoding();
    String clones = in.atEnd() ? "" : in.rest();
    boolean isSuffix = clones.isEmpty() || clones.charAt(0) == '.';
    if (!isSuffix || clones.length() > MAX_CLONES_LENGTH) {
      throw new NotMangledException();
    }
    if (style == Style.FULL) {
      try {
        return print(symbol, false, 0) + inBrackets(clones);
      } catch (NotMangledException e) {
        // Too long, or substitutions within substitutions: the short form may still fit.
      }
    }
    try {
      return print(symbol, true, Demangler.MAX_ARGUMENTS_LENGTH);
    } catch (NotMangledException e) {
      return print(symbol, true, 0);
    }
  }

  private static String print(CxxNode symbol, boolean isSimplified, int maxArgumentsLength) {
    return new CxxPrinter(isSimplified, maxArgumentsLength, Demangler.MAX_LENGTH, MAX_STEPS)
        .print(symbol);
  }

  /** {@code .constprop.0.cold} to {@code [clone .constprop.0] [clone .cold]}. */
  private static String inBrackets(String clones) {
    StringBuilder out = new StringBuilder();
    int start = 0;
    while (start < clones.length()) {
      int end = clones.indexOf('.', start + 1);
      while (end >= 0 && end + 1 < clones.length() && MangledText.isDigit(clones.charAt(end + 1))) {
        end = clones.indexOf('.', end + 1);
      }
      end = end < 0 ? clones.length() : end;
      out.append(" [clone ").append(clones, start, end).append(']');
      start = end;
    }
    return out.toString();
  }
}
