package io.nodeflame.symbolizer.host;

import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;

/** What was read of the files used last, bounded in number. Safe for both threads. */
final class OpenTables {
  /** Of at most about 100 KB each. */
  private static final int MAX_FILES = 48;

  private final Map<CodeFile, CodeTables> tables = new LinkedHashMap<>(64, 0.75f, true);
  private final NamedAddresses named = new NamedAddresses();

  /** The names that were found in files. */
  NamedAddresses named() {
    return named;
  }

  /** Opens nothing itself, so that nobody waits here. */
  synchronized CodeTables of(CodeFile file) {
    CodeTables known = tables.get(file);
    if (known == null) {
      known = new CodeTables(file.bytes(), file.hasGo());
      tables.put(file, known);
      if (tables.size() > MAX_FILES) {
        Iterator<CodeFile> leastRecent = tables.keySet().iterator();
        leastRecent.next();
        leastRecent.remove();
      }
    }
    return known;
  }

  synchronized void forget(CodeFile file) {
    tables.remove(file);
    named.forget(file);
  }

  synchronized int size() {
    return tables.size();
  }
}
