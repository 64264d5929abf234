package io.nodeflame.symbolizer.demangle;

/**
 * Rust's v0 mangling (RFC 2603): {@code _R}, a path, perhaps the instantiating crate. The name is
 * in the order of its text, so it is written while it is read; a back reference reads an earlier
 * position again. This class has the paths, {@link RustV0Types} what stands within brackets.
 */
final class RustV0Name {
  private static final int MAX_DEPTH = 100;
  private static final int MAX_STEPS = 20_000;

  /** Before shortening; the shortened name is bound by {@link Demangler#MAX_LENGTH}. */
  private static final int MAX_RAW_LENGTH = 4 * Demangler.MAX_LENGTH;

  final MangledText in;
  final StringBuilder out = new StringBuilder(128);
  private final boolean hasHashes;
  private final RustV0Types types = new RustV0Types(this);
  private boolean isSilent;

  private RustV0Name(MangledText in, boolean hasHashes) {
    this.in = in;
    this.hasHashes = hasHashes;
  }

  static String demangle(byte[] mangled, Style style) {
    RustV0Name name =
        new RustV0Name(new MangledText(mangled, 2, MAX_DEPTH, MAX_STEPS), style == Style.FULL);
    name.symbol();
    String text =
        style == Style.FULL
            ? name.out.toString()
            : RustArguments.shorten(name.out, Demangler.MAX_ARGUMENTS_LENGTH);
    if (text.length() <= Demangler.MAX_LENGTH) {
      return text;
    }
    if (style == Style.FULL) {
      return demangle(mangled, Style.SIMPLIFIED);
    }
    throw new NotMangledException();
  }

  private void symbol() {
    if (in.atDigit()) {
      // A future version of the encoding.
      throw new NotMangledException();
    }
    path(true);
    if (!in.atEnd() && in.peek() != '.' && in.peek() != '$') {
      isSilent = true;
      path(false);
    }
    if (!in.atEnd() && in.peek() != '.' && in.peek() != '$') {
      throw new NotMangledException();
    }
  }

  boolean isVerbose() {
    return hasHashes;
  }

  void print(String text) {
    if (isSilent) {
      return;
    }
    out.append(text);
    if (out.length() > MAX_RAW_LENGTH) {
      throw new NotMangledException();
    }
  }

  /**
   * A path: crate, nested, impl, or with generic arguments.
   *
   * @param isValue generic arguments follow {@code ::}, as in an expression
   */
  void path(boolean isValue) {
    in.enter();
    switch (in.next()) {
      case 'C' -> {
        long hash = disambiguator();
        print(identifier());
        if (hasHashes) {
          print("[" + Long.toHexString(hash) + "]");
        }
      }
      case 'N' -> nested(isValue);
      case 'M' -> {
        implementation();
        print("<");
        types.type();
        print(">");
      }
      case 'X' -> {
        implementation();
        types.traitOfType();
      }
      case 'Y' -> types.traitOfType();
      case 'I' -> {
        path(isValue);
        print(isValue ? "::<" : "<");
        types.genericArguments();
        print(">");
      }
      case 'B' -> reference(() -> path(isValue));
      default -> throw new NotMangledException();
    }
    in.leave();
  }

  /** Where an impl stands; what it implements says more. */
  private void implementation() {
    boolean wasSilent = isSilent;
    isSilent = true;
    disambiguator();
    path(false);
    isSilent = wasSilent;
  }

  private void nested(boolean isValue) {
    char namespace = in.next();
    path(isValue);
    long number = disambiguator();
    String name = identifier();
    if (namespace >= 'A' && namespace <= 'Z') {
      String kind =
          switch (namespace) {
            case 'C' -> "closure";
            case 'S' -> "shim";
            default -> String.valueOf(namespace);
          };
      print("::{" + kind + (name.isEmpty() ? "" : ":" + name) + "#" + number + "}");
    } else if (namespace >= 'a' && namespace <= 'z') {
      if (!name.isEmpty()) {
        print("::" + name);
      }
    } else {
      throw new NotMangledException();
    }
  }

  /** Reads an earlier position again; while nothing is printed there is no need to. */
  void reference(Runnable read) {
    int start = in.position() - 1;
    long target = base62() + 2;
    if (target < 2 || target >= start) {
      throw new NotMangledException();
    }
    if (isSilent) {
      return;
    }
    int back = in.position();
    in.seek((int) target);
    read.run();
    in.seek(back);
  }

  /** {@code _} is 0, {@code 0_} is 1; wraps around, as only a hash is that large. */
  long base62() {
    if (in.eat('_')) {
      return 0;
    }
    long value = 0;
    while (true) {
      char c = in.next();
      if (c == '_') {
        break;
      }
      int digit =
          MangledText.isDigit(c)
              ? c - '0'
              : c >= 'a' && c <= 'z' ? c - 'a' + 10 : c >= 'A' && c <= 'Z' ? c - 'A' + 36 : -1;
      if (digit < 0) {
        throw new NotMangledException();
      }
      value = value * 62 + digit;
    }
    return value + 1;
  }

  long optionalBase62(char tag) {
    return in.eat(tag) ? base62() + 1 : 0;
  }

  private long disambiguator() {
    return optionalBase62('s');
  }

  String identifier() {
    boolean isPunycode = in.eat('u');
    // No leading zeros: a nameless closure's 0 may stand before another number.
    int length = in.eat('0') ? 0 : in.number();
    // Separates the length from a name that starts with a digit or an underscore.
    in.eat('_');
    String name = in.take(length);
    return isPunycode ? Punycode.decode(name) : name;
  }
}
