package io.nodeflame.symbolizer.host;

import io.nodeflame.symbolizer.elf.ElfFile;
import io.nodeflame.symbolizer.hotspot.JavaLibrary;
import java.io.IOException;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;

/** Where each {@code libjvm.so} exports its tables. For the sampling thread. */
final class JavaLibraries {
  private static final int MAX_LIBRARIES = 32;
  private static final String NAME = "/libjvm.so";

  private final Map<CodeFile, JavaLibrary> libraries = new LinkedHashMap<>(16, 0.75f, true);

  /** The mapping of a library of the name; -1 when there is none. */
  static int find(MappedCode code) {
    for (int i = 0; i < code.mappings().size(); i++) {
      if (code.file(i) != null && code.mappings().path(i).endsWith(NAME)) {
        return i;
      }
    }
    return -1;
  }

  /**
   * @throws IOException when it is no HotSpot, or cannot be read
   */
  JavaLibrary of(CodeFile file) throws IOException {
    JavaLibrary known = libraries.get(file);
    if (known == null) {
      known = JavaLibrary.of(ElfFile.parse(file.bytes()));
      libraries.put(file, known);
      if (libraries.size() > MAX_LIBRARIES) {
        Iterator<CodeFile> leastRecent = libraries.keySet().iterator();
        leastRecent.next();
        leastRecent.remove();
      }
    }
    return known;
  }
}
