package io.nodeflame.symbolizer.process;

import java.nio.charset.StandardCharsets;

/** A position in ASCII text of the kernel. Reads numbers and words without making objects. */
final class TextCursor {
  private final byte[] text;
  private final int end;
  private int position;

  TextCursor(byte[] text, int start, int end) {
    this.text = text;
    this.position = start;
    this.end = end;
  }

  /** Goes past {@code word} when it stands here. */
  boolean skip(byte[] word) {
    if (position > end - word.length) {
      return false;
    }
    for (int i = 0; i < word.length; i++) {
      if (text[position + i] != word[i]) {
        return false;
      }
    }
    position += word.length;
    return true;
  }

  /** Goes to the start of the next line; false at the end of the text. */
  boolean nextLine() {
    while (position < end && text[position] != '\n') {
      position++;
    }
    position++;
    return position < end;
  }

  /**
   * Skips blanks and reads a decimal number; -1 when there is none on this line, when something
   * else touches it, or when it needs more than 63 bits.
   */
  long decimal() {
    skipBlanks();
    int first = position;
    long value = 0;
    while (position < end && text[position] >= '0' && text[position] <= '9') {
      int digit = text[position++] - '0';
      if (value > (Long.MAX_VALUE - digit) / 10) {
        return -1;
      }
      value = value * 10 + digit;
    }
    boolean separate = position >= end || text[position] == '\n' || isBlank(text[position]);
    return position > first && separate ? value : -1;
  }

  /** Skips {@code words} words of the line, then reads a decimal number; -1 as above. */
  long decimalAfter(int words) {
    for (int i = 0; i < words; i++) {
      skipBlanks();
      while (position < end && text[position] != '\n' && !isBlank(text[position])) {
        position++;
      }
    }
    return decimal();
  }

  /** From the next non-blank to the end of the line, cut at {@code maxBytes}. */
  String restOfLine(int maxBytes) {
    skipBlanks();
    int start = position;
    while (position < end && text[position] != '\n') {
      position++;
    }
    return new String(text, start, Math.min(maxBytes, position - start), StandardCharsets.UTF_8);
  }

  private void skipBlanks() {
    while (position < end && isBlank(text[position])) {
      position++;
    }
  }

  private static boolean isBlank(byte character) {
    return character == ' ' || character == '\t';
  }
}
