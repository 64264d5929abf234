package io.nodeflame.symbolizer.demangle;

import java.nio.charset.StandardCharsets;

/**
 * Names as linkers have them to names as people write them: C++ in the Itanium ABI's mangling, Rust
 * in its legacy and its v0 mangling. Names of other languages, and names that break the grammar or
 * a bound, come back unchanged. Never throws; time and output are bounded whatever the input.
 *
 * <p>Written from the public descriptions: the Itanium C++ ABI, chapter 5.1, and Rust RFC 2603. The
 * result may hold whatever bytes the identifiers hold: {@link SafeName} makes it harmless.
 */
public final class Demangler {
  /** Longer names are returned as they are. */
  static final int MAX_MANGLED_LENGTH = 16 * 1024;

  /** A longer FULL name falls back to the SIMPLIFIED one. */
  static final int MAX_LENGTH = 4 * 1024;

  /** In SIMPLIFIED names a longer template argument list, with its brackets, is {@code <...>}. */
  static final int MAX_ARGUMENTS_LENGTH = 64;

  private Demangler() {}

  public static String demangle(String mangled, Style style) {
    if (style == Style.NONE || !looksMangled(mangled) || mangled.length() > MAX_MANGLED_LENGTH) {
      return mangled;
    }
    try {
      return attempt(mangled, style);
    } catch (NotMangledException e) {
      return mangled;
    }
  }

  private static boolean looksMangled(String name) {
    return name.length() > 3
        && name.charAt(0) == '_'
        && (name.charAt(1) == 'Z' || name.charAt(1) == 'R' || name.startsWith("_GLOBAL__"));
  }

  private static String attempt(String mangled, Style style) {
    if (mangled.charAt(1) == 'G') {
      return initializer(mangled, style);
    }
    byte[] bytes = mangled.getBytes(StandardCharsets.UTF_8);
    if (mangled.charAt(1) == 'R') {
      return RustV0Name.demangle(bytes, style);
    }
    return RustLegacyName.isLegacy(mangled)
        ? RustLegacyName.demangle(mangled, style)
        : CxxName.demangle(bytes, style);
  }

  /** GCC's per-file functions that run the constructors or destructors of its globals. */
  private static String initializer(String name, Style style) {
    int prefix = "_GLOBAL__".length();
    boolean isConstructor = name.startsWith("I_", prefix);
    if (!isConstructor && !name.startsWith("D_", prefix)) {
      return name;
    }
    String words = isConstructor ? "constructors" : "destructors";
    return "global " + words + " keyed to " + demangle(name.substring(prefix + 2), style);
  }
}
