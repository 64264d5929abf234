package io.nodeflame.symbolizer.perfmap;

/**
 * One line {@code START SIZE name}: two hex numbers, with or without {@code 0x}, and a name that
 * may hold blanks. Used again for each line.
 */
final class PerfMapLine {
  private static final int MAX_DIGITS = 16;

  private long start;
  private long end;
  private int nameFrom;
  private int nameTo;

  private byte[] text = new byte[0];
  private int position;
  private int limit;
  private long number;

  /** Parses the line {@code [from, to)}; false when it is not one, and then nothing is valid. */
  boolean parse(byte[] bytes, int from, int to) {
    text = bytes;
    position = from;
    limit = to;
    while (limit > from && isBlank(text[limit - 1])) {
      limit--;
    }
    if (!hex()) {
      return false;
    }
    start = number;
    if (!hex()) {
      return false;
    }
    end = start + number;
    nameFrom = position;
    nameTo = limit;
    // User addresses are below 2^63; this refuses negative numbers, size 0 and sums that wrap.
    return start >= 0 && number > 0 && end > start && nameFrom < nameTo;
  }

  long start() {
    return start;
  }

  /** Address after the last. */
  long end() {
    return end;
  }

  int nameFrom() {
    return nameFrom;
  }

  int nameTo() {
    return nameTo;
  }

  /** A number, and the blanks before and after it; there must be some after it. */
  private boolean hex() {
    skipBlanks();
    if (limit - position > 2 && text[position] == '0' && (text[position + 1] | 0x20) == 'x') {
      position += 2;
    }
    number = 0;
    int first = position;
    int digit;
    while (position < limit && (digit = Character.digit(text[position], 16)) >= 0) {
      if (position - first == MAX_DIGITS) {
        return false;
      }
      number = number << 4 | digit;
      position++;
    }
    if (position == first || position == limit || !isBlank(text[position])) {
      return false;
    }
    skipBlanks();
    return true;
  }

  private void skipBlanks() {
    while (position < limit && isBlank(text[position])) {
      position++;
    }
  }

  private static boolean isBlank(byte character) {
    return character == ' ' || character == '\t' || character == '\r';
  }
}
