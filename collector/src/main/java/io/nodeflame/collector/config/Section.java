package io.nodeflame.collector.config;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/**
 * One mapping of the file while a record is read from it. Each getter names its key, so that {@link
 * #refuseOtherKeys} knows which ones nobody asked for. A getter never fails: it notes the problem
 * and gives the default.
 */
final class Section {
  private static final int MAX_ITEMS = 1000;

  private final String path;
  private final YamlNode.Mapping mapping;
  private final EnvExpansion env;
  private final Problems problems;
  private final Set<String> asked = new LinkedHashSet<>();
  private boolean sound = true;

  Section(String path, YamlNode.Mapping mapping, EnvExpansion env, Problems problems) {
    this.path = path;
    this.mapping = mapping;
    this.env = env;
    this.problems = problems;
  }

  /** The whole file; an empty one reads as one without keys. */
  static Section root(Optional<YamlNode> root, EnvExpansion env, Problems problems) {
    Section empty = new Section("", new YamlNode.Mapping(0, Map.of()), env, problems);
    return root.filter(node -> !(node instanceof YamlNode.Scalar scalar && scalar.isNull()))
        .flatMap(node -> empty.section("", node))
        .orElse(empty);
  }

  <T> T value(String key, T otherwise, Rule<T> rule) {
    return find(key).flatMap(node -> scalar(path(key), node, rule)).orElse(otherwise);
  }

  /** A value whose default is written as one would write it in the file. */
  String valueOrExpression(String key, String otherwise, Rule<String> rule) {
    YamlNode node = find(key).orElse(new YamlNode.Scalar(0, otherwise, false));
    return scalar(path(key), node, rule).orElse("");
  }

  <T> List<T> list(String key, List<T> otherwise, Rule<T> rule) {
    Optional<List<YamlNode>> items = items(key);
    if (items.isEmpty()) {
      return otherwise;
    }
    List<T> values = new ArrayList<>();
    for (int i = 0; i < items.get().size(); i++) {
      scalar(path(key) + "[" + i + "]", items.get().get(i), rule).ifPresent(values::add);
    }
    return List.copyOf(values);
  }

  /** Keys as they stand in the file, values that follow the rule. */
  Map<String, String> texts(String key, Rule<String> names, Rule<String> values) {
    Map<String, String> texts = new LinkedHashMap<>();
    Section entries = section(key);
    entries
        .mapping
        .entries()
        .forEach(
            (name, entry) -> {
              if (entries.accepts(name, entry, names)) {
                entries
                    .scalar(entries.path(name), entry.value(), values)
                    .ifPresent(text -> texts.put(name, text));
              }
            });
    return Collections.unmodifiableMap(texts);
  }

  Map<String, Secret> secrets(String key, Rule<String> names) {
    Map<String, Secret> secrets = new LinkedHashMap<>();
    Section entries = section(key);
    entries
        .mapping
        .entries()
        .forEach(
            (name, entry) -> {
              if (entries.accepts(name, entry, names)) {
                secrets.put(name, entries.inlineSecret(name));
              }
            });
    return Collections.unmodifiableMap(secrets);
  }

  /** The secret of {@code key}, or of the file that {@code keyFile} names. */
  Secret secret(String key) {
    Secret inline = inlineSecret(key);
    Secret inFile = secretFile(key + "File");
    if (inline.isSet() && inFile.isSet()) {
      problem(key, "either " + key + " or " + key + "File, not both");
    }
    return inline.isSet() ? inline : inFile;
  }

  Secret secretFile(String key) {
    Optional<Path> none = Optional.empty();
    Optional<YamlNode> node = find(key);
    Optional<Path> file =
        node.flatMap(n -> text(path(key), n))
            .map(EnvExpansion.Expanded::text)
            .flatMap(
                text -> {
                  Optional<Optional<Path>> read = Rules.OPTIONAL_FILE.read(text);
                  if (read.isEmpty()) {
                    // Not shown: a common mistake is to put the secret itself here.
                    problem(key, "allowed: " + Rules.OPTIONAL_FILE.allowed());
                  }
                  return read.orElse(none);
                });
    return file.map(Secret::inFile).orElse(Secret.NONE);
  }

  /** The mapping under a key; an absent one reads as empty, so that all its keys are defaults. */
  Section section(String key) {
    return find(key)
        .flatMap(node -> section(path(key), node))
        .orElseGet(
            () ->
                new Section(
                    path(key), new YamlNode.Mapping(mapping.line(), Map.of()), env, problems));
  }

  <T> List<T> sections(String key, Function<Section, Optional<T>> read) {
    List<T> values = new ArrayList<>();
    List<YamlNode> items = items(key).orElse(List.of());
    for (int i = 0; i < items.size(); i++) {
      section(path(key) + "[" + i + "]", items.get(i)).flatMap(read).ifPresent(values::add);
    }
    return List.copyOf(values);
  }

  boolean has(String key) {
    return find(key).isPresent();
  }

  /** Notes a mistake that one key alone does not show; {@code allowed} is a whole clause. */
  void problem(String key, String allowed) {
    note(line(key), path(key), "", allowed);
  }

  /** Notes each key that no getter asked for. Comes last. */
  void refuseOtherKeys() {
    mapping
        .entries()
        .forEach(
            (key, entry) -> {
              if (!asked.contains(key)) {
                String hint =
                    NearestKey.of(key, asked)
                        .map(nearest -> "did you mean '" + nearest + "'?")
                        .orElse("allowed: " + String.join(", ", asked));
                note(entry.line(), path(key), "", "unknown key; " + hint);
              }
            });
  }

  /** Whether no problem was noted here, so that one mistake is not reported twice. */
  boolean isSound() {
    return sound;
  }

  private void note(int line, String fullKey, String value, String allowed) {
    sound = false;
    problems.add(line, fullKey, value, allowed);
  }

  private boolean accepts(String name, YamlNode.Entry entry, Rule<String> names) {
    boolean accepted = names.accepts().test(name);
    if (!accepted) {
      note(entry.line(), path, "", "allowed: " + names.allowed()); // may be a value gone astray
    }
    return accepted;
  }

  private Secret inlineSecret(String key) {
    Optional<YamlNode> node = find(key);
    if (node.isEmpty()) {
      return Secret.NONE;
    }
    Optional<EnvExpansion.Expanded> expanded = text(path(key), node.get());
    if (expanded.isEmpty()) {
      return Secret.NONE;
    }
    String text = expanded.get().text();
    if (text.equals(Secret.MASK)) {
      problem(key, "this is the mask of a printed configuration, put the secret in its place");
    } else if (text.length() > Secret.MAX_BYTES || !Rules.isPrintable(text)) {
      problem(key, "allowed: at most " + Secret.MAX_BYTES + " printable characters");
    } else if (expanded.get().onlyReferences() && node.get() instanceof YamlNode.Scalar raw) {
      return Secret.fromEnvironment(text, raw.text());
    } else {
      return Secret.of(text);
    }
    return Secret.NONE;
  }

  private <T> Optional<T> scalar(String fullKey, YamlNode node, Rule<T> rule) {
    Optional<EnvExpansion.Expanded> expanded = text(fullKey, node);
    if (expanded.isEmpty()) {
      return Optional.empty();
    }
    Optional<T> value = rule.read(expanded.get().text());
    if (value.isEmpty()) {
      // As written, not expanded: a variable may hold a secret.
      String raw = ((YamlNode.Scalar) node).text();
      note(
          node.line(),
          fullKey,
          raw,
          raw.isEmpty() ? "must not be empty; allowed: " + rule.allowed() : rule.allowed());
    }
    return value;
  }

  private Optional<EnvExpansion.Expanded> text(String fullKey, YamlNode node) {
    if (!(node instanceof YamlNode.Scalar scalar)) {
      note(node.line(), fullKey, node.kind(), "one value");
      return Optional.empty();
    }
    EnvExpansion.Expanded expanded = env.expand(scalar.text());
    if (!expanded.problem().isEmpty()) {
      note(node.line(), fullKey, "", "allowed: " + expanded.problem());
      return Optional.empty();
    }
    return Optional.of(expanded);
  }

  private Optional<List<YamlNode>> items(String key) {
    Optional<YamlNode> node = find(key);
    if (node.isEmpty()) {
      return Optional.empty();
    }
    if (!(node.get() instanceof YamlNode.Sequence sequence)) {
      note(node.get().line(), path(key), node.get().kind(), "a list");
      return Optional.empty();
    }
    if (sequence.items().size() > MAX_ITEMS) {
      problem(key, "allowed: at most " + MAX_ITEMS + " entries");
      return Optional.empty();
    }
    return Optional.of(sequence.items());
  }

  private Optional<Section> section(String fullKey, YamlNode node) {
    if (node instanceof YamlNode.Mapping inner) {
      return Optional.of(new Section(fullKey, inner, env, problems));
    }
    note(node.line(), fullKey, node.kind(), "a mapping of keys to values");
    return Optional.empty();
  }

  /** What stands under a key, unless that is nothing or {@code null}. */
  private Optional<YamlNode> find(String key) {
    asked.add(key);
    YamlNode.Entry entry = mapping.entries().get(key);
    return entry == null || (entry.value() instanceof YamlNode.Scalar scalar && scalar.isNull())
        ? Optional.empty()
        : Optional.of(entry.value());
  }

  private int line(String key) {
    YamlNode.Entry entry = mapping.entries().get(key);
    return entry == null ? mapping.line() : entry.line();
  }

  private String path(String key) {
    return path.isEmpty() ? key : path + "." + key;
  }
}
