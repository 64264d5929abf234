package io.nodeflame.discovery.relabel;

import com.google.re2j.Matcher;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Map;
import java.util.Optional;
import java.util.function.IntUnaryOperator;

/** A rule ready to be applied. */
final class CompiledRule {
  private final RelabelRule rule;
  private final AnchoredRegex regex;
  private final Replacement target;
  private final Replacement replacement;

  /** The rule has no problems. */
  CompiledRule(RelabelRule rule) {
    this.rule = rule;
    this.regex = AnchoredRegex.compile(rule.regex());
    this.target = Replacement.parse(rule.targetLabel(), regex);
    this.replacement = Replacement.parse(rule.replacement(), regex);
  }

  RelabelAction action() {
    return rule.action();
  }

  int stepsPerChar() {
    return rule.action().usesRegex() ? regex.stepsPerChar() : 1;
  }

  /** Returns whether the label set is kept. */
  boolean apply(WorkingLabels labels) {
    switch (rule.action()) {
      case KEEP -> {
        return regex.matches(joined(labels));
      }
      case DROP -> {
        return !regex.matches(joined(labels));
      }
      case KEEPEQUAL -> {
        return joined(labels).equals(labels.value(rule.targetLabel()));
      }
      case DROPEQUAL -> {
        return !joined(labels).equals(labels.value(rule.targetLabel()));
      }
      case REPLACE -> replace(labels);
      case HASHMOD -> labels.set(rule.targetLabel(), hash(joined(labels), rule.modulus()));
      case LOWERCASE -> mapChars(labels, Character::toLowerCase);
      case UPPERCASE -> mapChars(labels, Character::toUpperCase);
      case LABELMAP -> map(labels);
      case LABELDROP -> remove(labels, true);
      case LABELKEEP -> remove(labels, false);
    }
    return true;
  }

  private String joined(WorkingLabels labels) {
    return labels.joined(rule.sourceLabels(), rule.separator());
  }

  private void replace(WorkingLabels labels) {
    Optional<Matcher> groups = regex.match(joined(labels));
    if (groups.isEmpty()) {
      return;
    }
    String name = name(target, groups.get());
    if (LabelName.isValid(name)) {
      labels.set(name, replacement.expand(groups.get(), Relabeling.MAX_JOINED_CHARS));
    }
  }

  private void map(WorkingLabels labels) {
    for (Map.Entry<String, String> label : labels.entries()) {
      Optional<Matcher> groups = regex.match(label.getKey());
      String name = groups.isEmpty() ? "" : name(replacement, groups.get());
      if (LabelName.isValid(name)) {
        labels.set(name, label.getValue());
      }
    }
  }

  /** One character more than a name may have shows that it is too long. */
  private static String name(Replacement template, Matcher groups) {
    return template.expand(groups, LabelName.MAX_CHARS + 1);
  }

  private void remove(WorkingLabels labels, boolean matching) {
    for (Map.Entry<String, String> label : labels.entries()) {
      if (regex.matches(label.getKey()) == matching) {
        labels.remove(label.getKey());
      }
    }
  }

  /** Each character alone, as Go does: no final sigma, and a sharp s stays. */
  private void mapChars(WorkingLabels labels, IntUnaryOperator mapping) {
    StringBuilder text = new StringBuilder();
    joined(labels).codePoints().map(mapping).forEach(text::appendCodePoint);
    labels.set(rule.targetLabel(), text.toString());
  }

  /** The second half of the MD5 sum of the UTF-8 bytes, as an unsigned number. */
  private static String hash(String text, long modulus) {
    try {
      byte[] sum = MessageDigest.getInstance("MD5").digest(text.getBytes(StandardCharsets.UTF_8));
      long half = ByteBuffer.wrap(sum, 8, 8).getLong();
      return Long.toUnsignedString(Long.remainderUnsigned(half, modulus));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has MD5", e);
    }
  }
}
