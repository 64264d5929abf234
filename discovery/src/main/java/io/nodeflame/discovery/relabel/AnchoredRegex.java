package io.nodeflame.discovery.relabel;

import com.google.re2j.Matcher;
import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import java.util.Optional;

/**
 * A regular expression that matches whole texts, in time linear to the text whatever it holds. The
 * dot matches newlines, as in Prometheus since version 3.
 */
final class AnchoredRegex {
  private static final int MAX_SHOWN_CHARS = 120;

  private final Pattern pattern;

  private AnchoredRegex(Pattern pattern) {
    this.pattern = pattern;
  }

  /**
   * @throws PatternSyntaxException for what {@link #problem} refuses too
   */
  static AnchoredRegex compile(String regex) {
    return new AnchoredRegex(Pattern.compile("^(?s:" + regex + ")$"));
  }

  /** Why a text cannot be used; empty when it can. */
  static String problem(String regex) {
    if (regex.length() > RelabelRule.MAX_TEXT_CHARS) {
      return "is longer than " + RelabelRule.MAX_TEXT_CHARS + " characters";
    }
    if (RepeatedSize.of(regex) > Relabeling.MAX_STEPS_PER_CHAR) {
      return "repeats too much, written out it is too large";
    }
    try {
      // Alone first: between our anchors "a)(b" would be in balance.
      Pattern.compile(regex);
      compile(regex);
      return "";
    } catch (PatternSyntaxException e) {
      String reason = e.getDescription() + ": " + e.getPattern();
      return "is not a regular expression of RE2 ("
          + reason.substring(0, Math.min(reason.length(), MAX_SHOWN_CHARS))
          + ")";
    }
  }

  boolean matches(String text) {
    return pattern.matches(text);
  }

  /** The groups of a text that matches. */
  Optional<Matcher> match(String text) {
    Matcher matcher = pattern.matcher(text);
    return matcher.matches() ? Optional.of(matcher) : Optional.empty();
  }

  /** The most instructions that one character of a text can cost. */
  int stepsPerChar() {
    return pattern.programSize();
  }

  int groupCount() {
    return pattern.groupCount();
  }

  /** The number of a named group; negative when there is none of this name. */
  int group(String name) {
    return pattern.namedGroups().getOrDefault(name, -1);
  }
}
