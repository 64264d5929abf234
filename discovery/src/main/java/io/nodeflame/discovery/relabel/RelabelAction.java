package io.nodeflame.discovery.relabel;

import java.util.Locale;
import java.util.Optional;

/** What a rule does. */
public enum RelabelAction {
  /** Writes the target label when the regular expression matches the joined source labels. */
  REPLACE,
  /** Drops what does not match. */
  KEEP,
  /** Drops what matches. */
  DROP,
  /** Drops when the joined source labels differ from the target label. */
  KEEPEQUAL,
  /** Drops when they are the same. */
  DROPEQUAL,
  /** Writes a hash of the joined source labels, modulo a number. */
  HASHMOD,
  /** Copies each label whose name matches to the name that the replacement gives. */
  LABELMAP,
  /** Removes each label whose name matches. */
  LABELDROP,
  /** Removes each label whose name does not match. */
  LABELKEEP,
  /** Writes the joined source labels in lower case. */
  LOWERCASE,
  /** Writes the joined source labels in upper case. */
  UPPERCASE;

  private final String word = name().toLowerCase(Locale.ROOT);

  /** As it is written in a configuration. */
  public String word() {
    return word;
  }

  /** Upper and lower case mean the same, as in Prometheus. */
  public static Optional<RelabelAction> of(String word) {
    for (RelabelAction action : values()) {
      if (action.word.equalsIgnoreCase(word)) {
        return Optional.of(action);
      }
    }
    return Optional.empty();
  }

  /** Whether it writes the target label or compares with it. */
  boolean usesTarget() {
    return switch (this) {
      case REPLACE, KEEPEQUAL, DROPEQUAL, HASHMOD, LOWERCASE, UPPERCASE -> true;
      case KEEP, DROP, LABELMAP, LABELDROP, LABELKEEP -> false;
    };
  }

  boolean usesRegex() {
    return switch (this) {
      case REPLACE, KEEP, DROP, LABELMAP, LABELDROP, LABELKEEP -> true;
      case KEEPEQUAL, DROPEQUAL, HASHMOD, LOWERCASE, UPPERCASE -> false;
    };
  }
}
