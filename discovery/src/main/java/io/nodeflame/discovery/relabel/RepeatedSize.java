package io.nodeflame.discovery.relabel;

/**
 * How large a regular expression is once its counted repetitions are written out. RE2/J writes them
 * out when it compiles, and nested ones multiply: three times <code>{1000}</code> would fill any
 * heap.
 */
final class RepeatedSize {
  private static final long HUGE = 1L << 40;

  private final String regex;
  private final long[] open;
  private int depth;
  private long last;

  private RepeatedSize(String regex) {
    this.regex = regex;
    this.open = new long[regex.length() + 2];
  }

  /** An estimate in characters; whether the text is well-formed is not checked. */
  static long of(String regex) {
    return new RepeatedSize(regex).measure();
  }

  private long measure() {
    for (int at = 0; at < regex.length(); ) {
      char c = regex.charAt(at);
      if (c == '\\') {
        at = escapeEnd(at);
        atom(1);
      } else if (c == '[') {
        at = classEnd(at);
        atom(1);
      } else if (c == '{' && repeatEnd(at) > 0) {
        repeat(at, repeatEnd(at));
        at = repeatEnd(at);
      } else {
        if (c == '(') {
          open[++depth] = 0;
        } else if (c == ')') {
          close();
        } else {
          atom(1);
        }
        at++;
      }
    }
    while (depth > 0) {
      close();
    }
    return open[0];
  }

  private void atom(long size) {
    last = size;
    open[depth] = Math.min(HUGE, open[depth] + size);
  }

  private void close() {
    if (depth == 0) {
      last = open[0];
      return;
    }
    long inside = open[depth--];
    atom(inside + 1);
  }

  private void repeat(int start, int end) {
    String[] counts = regex.substring(start + 1, end - 1).split(",", 2);
    long least = count(counts[0]);
    long times = counts.length == 1 ? least : Math.max(least + 1, count(counts[1]));
    open[depth] = Math.min(HUGE, open[depth] + last * Math.max(0, times - 1));
  }

  private static long count(String digits) {
    // RE2 allows at most 1000.
    return digits.isEmpty() ? 0 : digits.length() > 4 ? 10_000 : Long.parseLong(digits);
  }

  /** The end of <code>{n}</code>, <code>{n,}</code> or <code>{n,m}</code>; 0 when it is none. */
  private int repeatEnd(int start) {
    int at = digitsEnd(start + 1);
    if (at == start + 1) {
      return 0;
    }
    if (regex.startsWith(",", at)) {
      at = digitsEnd(at + 1);
    }
    return regex.startsWith("}", at) ? at + 1 : 0;
  }

  private int digitsEnd(int start) {
    int at = start;
    while (at < regex.length() && regex.charAt(at) >= '0' && regex.charAt(at) <= '9') {
      at++;
    }
    return at;
  }

  private int escapeEnd(int start) {
    if (regex.startsWith("\\Q", start)) {
      int end = regex.indexOf("\\E", start + 2);
      return end < 0 ? regex.length() : end + 2;
    }
    return Math.min(regex.length(), start + 2);
  }

  /** A bracket that comes first stands for itself. */
  private int classEnd(int start) {
    int at = start + (regex.startsWith("[^", start) ? 2 : 1);
    boolean first = true;
    while (at < regex.length() && (first || regex.charAt(at) != ']')) {
      first = false;
      int named = regex.startsWith("[:", at) ? regex.indexOf(":]", at + 2) : -1;
      at = named > 0 ? named + 2 : at + (regex.charAt(at) == '\\' ? 2 : 1);
    }
    return Math.min(regex.length(), at + 1);
  }
}
