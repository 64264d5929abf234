package io.nodeflame.symbolizer.demangle;

import io.nodeflame.symbolizer.demangle.CxxNode.Kind;
import java.util.List;
import java.util.Set;

/** The standard library's names as people write them, for {@link Style#SIMPLIFIED}. */
final class CxxShortNames {
  /** Inline namespaces that only tell library versions apart; nobody writes them. */
  private static final Set<String> VERSIONS =
      Set.of("__cxx11", "__1", "__ndk1", "__cxx1998", "_V2");

  /** Templates that stand as default arguments in the standard library. */
  private static final Set<String> DEFAULTS =
      Set.of("allocator", "char_traits", "less", "hash", "equal_to", "default_delete");

  private static final List<String> ALIASED =
      List.of(
          "std::basic_string<char>",
          "std::basic_string_view<char>",
          "std::basic_istream<char>",
          "std::basic_ostream<char>",
          "std::basic_iostream<char>",
          "std::basic_stringstream<char>",
          "std::basic_ostringstream<char>",
          "std::basic_istringstream<char>",
          "std::basic_streambuf<char>",
          "std::basic_filebuf<char>",
          "std::basic_fstream<char>",
          "std::basic_ifstream<char>",
          "std::basic_ofstream<char>",
          "std::basic_ios<char>");

  private CxxShortNames() {}

  /** A class that has a letter of its own in the mangling. */
  static String standard(String name) {
    int arguments = name.indexOf('<');
    return arguments < 0 ? name : "std::" + name.substring("std::basic_".length(), arguments);
  }

  static boolean isVersionNamespace(CxxNode component) {
    return component.kind == Kind.NAME && VERSIONS.contains(component.text);
  }

  /** Whether the library would have filled it in: std::allocator&lt;T&gt; and the like. */
  static boolean isDefaultArgument(CxxNode argument) {
    if (argument.kind != Kind.TEMPLATE) {
      return false;
    }
    CxxNode template = argument.firstNode();
    if (template.kind == Kind.STANDARD) {
      return template.text.equals("std::allocator");
    }
    if (template.kind != Kind.NESTED || !DEFAULTS.contains(template.secondNode().text)) {
      return false;
    }
    CxxNode scope = template.firstNode();
    if (scope.kind == Kind.NESTED && isVersionNamespace(scope.secondNode())) {
      scope = scope.firstNode();
    }
    return scope.kind == Kind.NAME && scope.text.equals("std");
  }

  /** Replaces {@code std::basic_string<char>} at the end of the text by {@code std::string}. */
  static void useAlias(StringBuilder out) {
    String end = "<char>";
    int length = out.length();
    if (length < end.length() || out.lastIndexOf(end) != length - end.length()) {
      return;
    }
    for (String aliased : ALIASED) {
      int start = length - aliased.length();
      boolean isWhole =
          start == 0
              || (start > 0
                  && out.charAt(start - 1) != ':'
                  && !Character.isJavaIdentifierPart(out.charAt(start - 1)));
      if (isWhole && out.indexOf(aliased, start) == start) {
        out.setLength(start);
        out.append("std::").append(aliased, "std::basic_".length(), aliased.indexOf('<'));
        return;
      }
    }
  }
}
