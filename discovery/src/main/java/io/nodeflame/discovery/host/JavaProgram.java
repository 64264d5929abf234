package io.nodeflame.discovery.host;

import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What a {@code java} launcher was told to run. The grammar is the launcher's own ({@code java
 * --help}, and the manual page of JDK 25): options, then a main class, {@code -jar} with a file,
 * {@code -m} with a module, or a source file.
 */
final class JavaProgram {
  private static final String JAR = ".jar";
  private static final String SOURCE = ".java";

  /** Options whose value is the next argument, unless it follows a {@code =}. */
  private static final Set<String> WITH_VALUE =
      Set.of(
          "-cp",
          "-classpath",
          "--class-path",
          "-p",
          "--module-path",
          "--upgrade-module-path",
          "--add-modules",
          "--enable-native-access",
          "--limit-modules",
          "--add-exports",
          "--add-opens",
          "--add-reads",
          "--patch-module",
          "--describe-module",
          "-d",
          "--source");

  private JavaProgram() {}

  /**
   * The main class, the base name of the JAR or source file without its end, or the module's name.
   * Empty where the arguments name none, such as when they stand in a file of their own.
   *
   * @param arguments of the process, its own name first
   */
  static Optional<String> of(List<String> arguments) {
    for (int i = 1; i < arguments.size(); i++) {
      String argument = arguments.get(i);
      String next = i + 1 < arguments.size() ? arguments.get(i + 1) : "";
      if (argument.equals("-jar")) {
        return named(withoutEnd(next, JAR));
      }
      if (argument.equals("-m") || argument.equals("--module")) {
        return named(moduleMain(next));
      }
      if (argument.startsWith("--module=")) {
        return named(moduleMain(argument.substring(9)));
      }
      if (WITH_VALUE.contains(argument)) {
        i++;
      } else if (!argument.startsWith("-") && !argument.startsWith("@")) {
        return named(argument.endsWith(SOURCE) ? withoutEnd(argument, SOURCE) : argument);
      }
    }
    return Optional.empty();
  }

  private static Optional<String> named(String name) {
    return name.isBlank() ? Optional.empty() : Optional.of(name);
  }

  private static String withoutEnd(String path, String end) {
    String name = path.substring(path.lastIndexOf('/') + 1);
    return name.endsWith(end) ? name.substring(0, name.length() - end.length()) : name;
  }

  /** Of {@code MODULE/CLASS} the class. */
  private static String moduleMain(String module) {
    return module.substring(module.indexOf('/') + 1);
  }
}
