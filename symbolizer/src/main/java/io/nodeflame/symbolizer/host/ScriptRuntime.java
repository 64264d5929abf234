package io.nodeflame.symbolizer.host;

import java.util.Optional;
import java.util.regex.Pattern;

/** A program that runs code of its own making, known by the name of its file. */
enum ScriptRuntime {
  CPYTHON(
      "CPython",
      "/(python[0-9.]*|libpython[0-9.]*\\.so[0-9.]*)$",
      "Python functions are not shown yet; from Python 3.12 on, -X perf makes it write a perf-map"),
  NODE(
      "Node.js",
      "/node(js)?$",
      "JavaScript functions have no names: --perf-basic-prof makes it write a perf-map");

  private final String title;
  private final Pattern file;
  private final String withoutPerfMap;

  ScriptRuntime(String title, String file, String withoutPerfMap) {
    this.title = title;
    this.file = Pattern.compile(file);
    this.withoutPerfMap = withoutPerfMap;
  }

  static Optional<ScriptRuntime> of(MappedCode code) {
    for (int i = 0; i < code.mappings().size(); i++) {
      String path = code.mappings().path(i);
      for (ScriptRuntime runtime : values()) {
        if (runtime.file.matcher(path).find()) {
          return Optional.of(runtime);
        }
      }
    }
    return Optional.empty();
  }

  /** For people. */
  String title() {
    return title;
  }

  /** What is missing where it writes none. */
  String withoutPerfMap() {
    return withoutPerfMap;
  }
}
