package io.nodeflame.collector.store;

import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/**
 * One matcher of a selector. Regular expressions match whole values, as in PromQL.
 *
 * <p>They are the JDK's, whose cost can grow exponentially with the text. So the cost of one match
 * is bounded: at most {@value #MAX_PATTERN} characters of pattern, {@value #MAX_VALUE} of value and
 * {@value #MAX_STEPS} characters looked at; beyond that the query is refused.
 */
final class LabelMatcher {
  static final int MAX_PATTERN = 512;
  static final int MAX_VALUE = 2048;
  static final int MAX_STEPS = 200_000;

  enum Operation {
    EQUALS,
    EQUALS_NOT,
    MATCHES,
    MATCHES_NOT
  }

  private final String name;
  private final Operation operation;
  private final String value;
  private final Pattern pattern;

  private LabelMatcher(String name, Operation operation, String value, Pattern pattern) {
    this.name = name;
    this.operation = operation;
    this.value = value;
    this.pattern = pattern;
  }

  static LabelMatcher of(String name, Operation operation, String value) {
    boolean expression = operation == Operation.MATCHES || operation == Operation.MATCHES_NOT;
    if (!expression) {
      return new LabelMatcher(name, operation, value, Pattern.compile("", Pattern.LITERAL));
    }
    if (value.length() > MAX_PATTERN) {
      throw new IllegalArgumentException(
          "regular expression longer than " + MAX_PATTERN + " characters");
    }
    try {
      return new LabelMatcher(name, operation, value, Pattern.compile(value, Pattern.DOTALL));
    } catch (PatternSyntaxException e) {
      throw new IllegalArgumentException("regular expression: " + e.getDescription(), e);
    } catch (StackOverflowError e) {
      throw new IllegalArgumentException("regular expression: nested too deeply", e);
    }
  }

  String name() {
    return name;
  }

  boolean matches(String actual) {
    return switch (operation) {
      case EQUALS -> actual.equals(value);
      case EQUALS_NOT -> !actual.equals(value);
      case MATCHES -> expressionMatches(actual);
      case MATCHES_NOT -> !expressionMatches(actual);
    };
  }

  private boolean expressionMatches(String actual) {
    if (actual.length() > MAX_VALUE) {
      throw new IllegalArgumentException("label value too long for a regular expression");
    }
    try {
      return pattern.matcher(new SteppedText(actual, MAX_STEPS)).matches();
    } catch (StackOverflowError e) {
      // The JDK's matcher recurses for repeated groups.
      throw new IllegalArgumentException("regular expression too costly", e);
    }
  }
}
