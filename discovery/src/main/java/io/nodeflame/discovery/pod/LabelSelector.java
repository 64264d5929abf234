package io.nodeflame.discovery.pod;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * A label selector as {@code kubectl get -l} takes it: {@code key}, {@code !key}, {@code
 * key=value}, {@code key==value}, {@code key!=value}, {@code key in (a,b)} and {@code key notin
 * (a,b)}, joined by commas; all must hold. As in Kubernetes, {@code !=} and {@code notin} also hold
 * for pods without the key.
 */
public final class LabelSelector {
  private static final int MAX_CHARS = 1024;

  /** Holds for every pod. */
  public static final LabelSelector EVERYTHING = new LabelSelector(List.of());

  /**
   * One requirement.
   *
   * @param values that the label's may be among; empty when any will do
   * @param wanted whether the label must be there, with one of the values; else it must not
   */
  private record Requirement(String key, Set<String> values, boolean wanted) {
    boolean holds(Map<String, String> labels) {
      String value = labels.get(key);
      boolean matches = value != null && (values.isEmpty() || values.contains(value));
      return matches == wanted;
    }
  }

  private final List<Requirement> requirements;

  private LabelSelector(List<Requirement> requirements) {
    this.requirements = List.copyOf(requirements);
  }

  /** Empty when the text is no selector; empty text selects everything. */
  public static Optional<LabelSelector> parse(String text) {
    if (text.isEmpty()) {
      return Optional.of(EVERYTHING);
    }
    if (text.length() > MAX_CHARS || !text.chars().allMatch(LabelSelector::isAllowed)) {
      return Optional.empty();
    }
    List<Requirement> requirements = new ArrayList<>();
    int start = 0;
    boolean inside = false;
    for (int i = 0; i <= text.length(); i++) {
      char c = i < text.length() ? text.charAt(i) : ',';
      inside = i < text.length() && (c == '(' || (inside && c != ')'));
      if (c == ',' && !inside) {
        Optional<Requirement> requirement = requirement(text.substring(start, i).strip());
        if (requirement.isEmpty()) {
          return Optional.empty();
        }
        requirements.add(requirement.get());
        start = i + 1;
      }
    }
    return Optional.of(new LabelSelector(requirements));
  }

  /** Whether a label can have this key: an optional DNS name with a slash, and a name. */
  public static boolean isKey(String key) {
    return LabelSyntax.isKey(key);
  }

  /** Printable ASCII, and the white space of ASCII. */
  private static boolean isAllowed(int c) {
    return (c >= ' ' && c <= '~') || (c >= '\t' && c <= '\r');
  }

  public boolean matches(Map<String, String> labels) {
    for (Requirement requirement : requirements) {
      if (!requirement.holds(labels)) {
        return false;
      }
    }
    return true;
  }

  private static Optional<Requirement> requirement(String text) {
    if (text.startsWith("!")) {
      return of(text.substring(1).strip(), Set.of(), false);
    }
    int equals = text.indexOf('=');
    if (equals >= 0) {
      boolean not = equals > 0 && text.charAt(equals - 1) == '!';
      boolean twice = !not && text.startsWith("==", equals);
      String value = text.substring(equals + (twice ? 2 : 1)).strip();
      String key = text.substring(0, not ? equals - 1 : equals).strip();
      return LabelSyntax.isValue(value) ? of(key, Set.of(value), !not) : Optional.empty();
    }
    int open = text.indexOf('(');
    if (open < 0) {
      return of(text, Set.of(), true);
    }
    String[] words = text.substring(0, open).strip().split("\\s+", 3);
    boolean in = words.length == 2 && words[1].equals("in");
    if (!text.endsWith(")") || (!in && !(words.length == 2 && words[1].equals("notin")))) {
      return Optional.empty();
    }
    Set<String> values = new TreeSet<>();
    for (String value : text.substring(open + 1, text.length() - 1).split(",", -1)) {
      if (!LabelSyntax.isValue(value.strip())) {
        return Optional.empty();
      }
      values.add(value.strip());
    }
    return of(words[0], Set.copyOf(values), in);
  }

  private static Optional<Requirement> of(String key, Set<String> values, boolean wanted) {
    return LabelSyntax.isKey(key)
        ? Optional.of(new Requirement(key, values, wanted))
        : Optional.empty();
  }
}
