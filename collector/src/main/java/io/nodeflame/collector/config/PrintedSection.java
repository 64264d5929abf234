package io.nodeflame.collector.config;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/** The mirror of {@link Section}: one mapping on its way to the printed file. */
final class PrintedSection {
  private final Map<String, Object> entries = new LinkedHashMap<>();

  PrintedSection text(String key, String value) {
    entries.put(key, EnvExpansion.escape(value));
    return this;
  }

  PrintedSection number(String key, int value) {
    entries.put(key, value);
    return this;
  }

  PrintedSection number(String key, double value) {
    entries.put(key, value == Math.rint(value) ? (Object) (long) value : (Object) value);
    return this;
  }

  PrintedSection flag(String key, boolean value) {
    entries.put(key, value);
    return this;
  }

  PrintedSection file(String key, Optional<Path> file) {
    return text(key, file.map(Path::toString).orElse(""));
  }

  /** As {@code keyFile} when a file holds it; its text is never written. */
  PrintedSection secret(String key, Secret secret) {
    if (secret.file().isPresent()) {
      return file(key + "File", secret.file());
    }
    entries.put(key, secret.isSet() ? secret.printable() : "");
    return this;
  }

  PrintedSection texts(String key, List<?> values) {
    List<String> texts = new ArrayList<>();
    for (Object value : values) {
      texts.add(EnvExpansion.escape(value.toString()));
    }
    entries.put(key, texts);
    return this;
  }

  PrintedSection texts(String key, Map<String, String> values) {
    PrintedSection section = new PrintedSection();
    values.forEach(section::text);
    return section(key, section);
  }

  PrintedSection section(String key, PrintedSection section) {
    entries.put(key, section.entries);
    return this;
  }

  <T> PrintedSection sections(String key, List<T> values, Function<T, PrintedSection> print) {
    List<Object> sections = new ArrayList<>();
    for (T value : values) {
      sections.add(print.apply(value).entries);
    }
    entries.put(key, sections);
    return this;
  }

  Map<String, Object> entries() {
    return entries;
  }
}
