package io.nodeflame.collector.store;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Matchers over the labels of a series, all of which must hold: {@code {a="b",c=~"d.*"}}. */
public final class Selector {
  /** Matches every series. */
  public static final Selector ALL = new Selector(List.of());

  private static final int MAX_TEXT = 8192;
  private static final int MAX_MATCHERS = 32;

  private final List<LabelMatcher> matchers;

  private Selector(List<LabelMatcher> matchers) {
    this.matchers = matchers;
  }

  /**
   * Reads PromQL matchers in braces. An empty text and {@code {}} match everything.
   *
   * @throws IllegalArgumentException when the text is not that; the message says where
   */
  public static Selector parse(String text) {
    if (text.length() > MAX_TEXT) {
      throw new IllegalArgumentException("selector longer than " + MAX_TEXT + " characters");
    }
    return text.isBlank() ? ALL : new Parser(text).parse();
  }

  /** A selector that needs this and the other to hold. */
  public Selector and(Selector other) {
    List<LabelMatcher> both = new ArrayList<>(matchers);
    both.addAll(other.matchers);
    return new Selector(List.copyOf(both));
  }

  boolean matches(Map<String, String> labels) {
    for (LabelMatcher matcher : matchers) {
      if (!matcher.matches(labels.getOrDefault(matcher.name(), ""))) {
        return false;
      }
    }
    return true;
  }

  private static final class Parser {
    private final String text;
    private int at;

    Parser(String text) {
      this.text = text;
    }

    Selector parse() {
      List<LabelMatcher> matchers = new ArrayList<>();
      expect('{');
      while (!take('}')) {
        if (!matchers.isEmpty()) {
          expect(',');
          if (take('}')) {
            break;
          }
        }
        if (matchers.size() == MAX_MATCHERS) {
          throw new IllegalArgumentException(
              "selector with more than " + MAX_MATCHERS + " matchers");
        }
        matchers.add(matcher());
      }
      skipSpace();
      if (at < text.length()) {
        throw problem("the end");
      }
      return new Selector(List.copyOf(matchers));
    }

    private LabelMatcher matcher() {
      String name = peek() == '"' ? quoted() : plainName();
      skipSpace();
      LabelMatcher.Operation operation;
      if (take('=')) {
        operation = takeNow('~') ? LabelMatcher.Operation.MATCHES : LabelMatcher.Operation.EQUALS;
      } else {
        expect('!');
        operation =
            takeNow('~') ? LabelMatcher.Operation.MATCHES_NOT : LabelMatcher.Operation.EQUALS_NOT;
        if (operation == LabelMatcher.Operation.EQUALS_NOT && !takeNow('=')) {
          throw problem("= or ~");
        }
      }
      return LabelMatcher.of(name, operation, quoted());
    }

    private String plainName() {
      int start = at;
      while (at < text.length() && isNameCharacter(text.charAt(at), at == start)) {
        at++;
      }
      if (at == start) {
        throw problem("a label name");
      }
      return text.substring(start, at);
    }

    private static boolean isNameCharacter(char c, boolean first) {
      return (c >= 'a' && c <= 'z')
          || (c >= 'A' && c <= 'Z')
          || c == '_'
          || (!first && c >= '0' && c <= '9');
    }

    private String quoted() {
      expect('"');
      StringBuilder value = new StringBuilder();
      while (at < text.length()) {
        char c = text.charAt(at++);
        if (c == '"') {
          return value.toString();
        }
        value.append(c == '\\' ? escaped() : c);
      }
      throw problem("a closing quote");
    }

    private char escaped() {
      char c = at < text.length() ? text.charAt(at++) : 0;
      return switch (c) {
        case 'n' -> '\n';
        case 't' -> '\t';
        case 'r' -> '\r';
        case '\\', '"', '\'' -> c;
        default -> throw problem("one of \\n \\t \\r \\\\ \\\"");
      };
    }

    private char peek() {
      skipSpace();
      return at < text.length() ? text.charAt(at) : 0;
    }

    private boolean take(char wanted) {
      skipSpace();
      return takeNow(wanted);
    }

    private boolean takeNow(char wanted) {
      if (at < text.length() && text.charAt(at) == wanted) {
        at++;
        return true;
      }
      return false;
    }

    private void expect(char wanted) {
      if (!take(wanted)) {
        throw problem("'" + wanted + "'");
      }
    }

    private void skipSpace() {
      while (at < text.length() && Character.isWhitespace(text.charAt(at))) {
        at++;
      }
    }

    private IllegalArgumentException problem(String wanted) {
      return new IllegalArgumentException(
          "selector: expected " + wanted + " at character " + (at + 1));
    }
  }
}
