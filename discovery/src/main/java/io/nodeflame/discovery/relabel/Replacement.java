package io.nodeflame.discovery.relabel;

import com.google.re2j.Matcher;
import java.util.ArrayList;
import java.util.List;

/**
 * Text with references to groups, by the rules of Go's {@code regexp.Expand}
 * (https://pkg.go.dev/regexp#Regexp.Expand): {@code $name} takes as many letters, digits and
 * underscores as follow, so {@code $1x} is the group named {@code 1x}; <code>${name}</code> bounds
 * the name; {@code $$} is a dollar sign; a group that is not there is empty; a dollar sign that
 * starts no reference stands for itself.
 */
final class Replacement {
  private static final int MAX_GROUP_DIGITS = 8;

  /** A literal text, or a group's number when there is none. */
  private record Piece(String literal, int group) {}

  private final List<Piece> pieces = new ArrayList<>();

  private Replacement() {}

  static Replacement parse(String text, AnchoredRegex regex) {
    Replacement replacement = new Replacement();
    StringBuilder literal = new StringBuilder();
    for (int at = 0; at < text.length(); ) {
      int end = text.charAt(at) == '$' ? referenceEnd(text, at) : at;
      if (end == at) {
        // Of two dollar signs the second is skipped.
        literal.append(text.charAt(at));
        at += text.startsWith("$$", at) ? 2 : 1;
      } else {
        replacement.add(literal);
        boolean braced = text.charAt(at + 1) == '{';
        String name = text.substring(at + (braced ? 2 : 1), end - (braced ? 1 : 0));
        replacement.addGroup(number(name, regex), regex);
        at = end;
      }
    }
    replacement.add(literal);
    return replacement;
  }

  /** Cut at a number of characters. */
  String expand(Matcher groups, int maxChars) {
    StringBuilder text = new StringBuilder();
    for (Piece piece : pieces) {
      String part = piece.literal();
      if (piece.group() >= 0) {
        String value = groups.group(piece.group());
        part = value == null ? "" : value;
      }
      text.append(part, 0, Math.min(part.length(), maxChars - text.length()));
    }
    return text.toString();
  }

  private void add(StringBuilder literal) {
    if (!literal.isEmpty()) {
      pieces.add(new Piece(literal.toString(), -1));
      literal.setLength(0);
    }
  }

  private void addGroup(int group, AnchoredRegex regex) {
    if (group >= 0 && group <= regex.groupCount()) {
      pieces.add(new Piece("", group));
    }
  }

  /** The end of a reference, or its start when it is none. */
  private static int referenceEnd(String text, int dollar) {
    boolean braced = text.startsWith("{", dollar + 1);
    int start = dollar + (braced ? 2 : 1);
    int end = start;
    while (end < text.length() && isWord(text.codePointAt(end))) {
      end += Character.charCount(text.codePointAt(end));
    }
    if (end == start || (braced && !text.startsWith("}", end))) {
      return dollar;
    }
    return braced ? end + 1 : end;
  }

  private static boolean isWord(int codePoint) {
    return codePoint == '_' || Character.isLetter(codePoint) || Character.isDigit(codePoint);
  }

  /** Digits count groups unless a zero is in front of others. */
  private static int number(String name, AnchoredRegex regex) {
    boolean digits = name.chars().allMatch(c -> c >= '0' && c <= '9');
    boolean padded = name.length() > 1 && name.startsWith("0");
    return digits && !padded && name.length() <= MAX_GROUP_DIGITS
        ? Integer.parseInt(name)
        : regex.group(name);
  }
}
