package io.nodeflame.symbolizer.demangle;

import java.nio.charset.StandardCharsets;

/**
 * A mangled name being read: lengths in it count bytes, not characters. Keeps the two budgets that
 * make hostile names cheap, nesting and steps; breaking one ends the attempt.
 */
final class MangledText {
  private static final int MAX_NUMBER = 1 << 20;

  private final byte[] bytes;
  private final int maxDepth;
  private int position;
  private int depth;
  private int stepsLeft;

  MangledText(byte[] bytes, int position, int maxDepth, int maxSteps) {
    this.bytes = bytes;
    this.position = position;
    this.maxDepth = maxDepth;
    this.stepsLeft = maxSteps;
  }

  /** To be paired with {@link #leave()} on the good path; a failed attempt is thrown away. */
  void enter() {
    if (++depth > maxDepth || --stepsLeft < 0) {
      throw new NotMangledException();
    }
  }

  void leave() {
    depth--;
  }

  int position() {
    return position;
  }

  void seek(int target) {
    position = target;
  }

  boolean atEnd() {
    return position >= bytes.length;
  }

  /** Zero at the end. */
  char peek() {
    return peek(0);
  }

  char peek(int ahead) {
    int index = position + ahead;
    return index < bytes.length ? (char) (bytes[index] & 0xff) : '\0';
  }

  char next() {
    if (atEnd()) {
      throw new NotMangledException();
    }
    return (char) (bytes[position++] & 0xff);
  }

  boolean at(String token) {
    for (int i = 0; i < token.length(); i++) {
      if (peek(i) != token.charAt(i)) {
        return false;
      }
    }
    return true;
  }

  boolean eat(char c) {
    if (peek() != c || atEnd()) {
      return false;
    }
    position++;
    return true;
  }

  boolean eat(String token) {
    if (!at(token)) {
      return false;
    }
    position += token.length();
    return true;
  }

  void expect(char c) {
    if (!eat(c)) {
      throw new NotMangledException();
    }
  }

  boolean atDigit() {
    return isDigit(peek());
  }

  static boolean isDigit(char c) {
    return c >= '0' && c <= '9';
  }

  /** A decimal number of at least one digit. */
  int number() {
    if (!atDigit()) {
      throw new NotMangledException();
    }
    int value = 0;
    while (atDigit()) {
      value = value * 10 + (next() - '0');
      if (value > MAX_NUMBER) {
        throw new NotMangledException();
      }
    }
    return value;
  }

  /** The given count of bytes, as text. */
  String take(int length) {
    if (length < 0 || length > bytes.length - position) {
      throw new NotMangledException();
    }
    String text = new String(bytes, position, length, StandardCharsets.UTF_8);
    position += length;
    return text;
  }

  /** Everything up to the stop character, which is read too. */
  String takeUntil(char stop) {
    int start = position;
    char c;
    do {
      c = next();
    } while (c != stop);
    return new String(bytes, start, position - 1 - start, StandardCharsets.UTF_8);
  }

  String rest() {
    return take(bytes.length - position);
  }
}
