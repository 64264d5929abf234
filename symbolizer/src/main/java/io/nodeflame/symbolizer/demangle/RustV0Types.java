package io.nodeflame.symbolizer.demangle;

import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;

/** Types, generic arguments and constants of Rust's v0 mangling. */
final class RustV0Types {
  private static final String BASIC_CODES = "abcdefhijlmnopstuvxyz";
  private static final String[] BASIC_NAMES = {
    "i8", "bool", "char", "f64", "str", "f32", "u8", "isize", "usize", "i32", "u32", "i128", "u128",
    "_", "i16", "u16", "()", "...", "i64", "u64", "!"
  };

  private final RustV0Name name;
  private long boundLifetimes;

  RustV0Types(RustV0Name name) {
    this.name = name;
  }

  private MangledText in() {
    return name.in;
  }

  private void print(String text) {
    name.print(text);
  }

  void traitOfType() {
    print("<");
    type();
    print(" as ");
    name.path(false);
    print(">");
  }

  void genericArguments() {
    for (int i = 0; !in().eat('E'); i++) {
      if (i > 0) {
        print(", ");
      }
      genericArgument();
    }
  }

  private void genericArgument() {
    if (in().eat('L')) {
      lifetime(name.base62());
    } else if (in().eat('K')) {
      constant(false);
    } else {
      type();
    }
  }

  void type() {
    in().enter();
    char c = in().peek();
    int basic = BASIC_CODES.indexOf(c);
    if (basic >= 0 && c != 0) {
      in().next();
      print(BASIC_NAMES[basic]);
    } else {
      compound(c);
    }
    in().leave();
  }

  private void compound(char c) {
    switch (c) {
      case 'A', 'S' -> array(c == 'A');
      case 'T' -> {
        in().next();
        print("(");
        int count = list();
        print(count == 1 ? ",)" : ")");
      }
      case 'R', 'Q' -> reference(c == 'Q');
      case 'P', 'O' -> {
        in().next();
        print(c == 'P' ? "*const " : "*mut ");
        type();
      }
      case 'F' -> function();
      case 'D' -> dynamic();
      case 'W' -> pattern();
      case 'B' -> {
        in().next();
        name.reference(this::type);
      }
      default -> name.path(false);
    }
  }

  private int list() {
    int count = 0;
    for (; !in().eat('E'); count++) {
      if (count > 0) {
        print(", ");
      }
      type();
    }
    return count;
  }

  private void array(boolean hasLength) {
    in().next();
    print("[");
    type();
    if (hasLength) {
      print("; ");
      constant(true);
    }
    print("]");
  }

  private void reference(boolean isMutable) {
    in().next();
    print("&");
    if (in().eat('L')) {
      long lifetime = name.base62();
      if (lifetime != 0) {
        lifetime(lifetime);
        print(" ");
      }
    }
    print(isMutable ? "mut " : "");
    type();
  }

  private void pattern() {
    in().next();
    type();
    print(" is ");
    patternPart();
  }

  private void patternPart() {
    switch (in().next()) {
      case 'R' -> {
        constant(false);
        print("..=");
        constant(false);
      }
      case 'O' -> {
        for (int i = 0; !in().eat('E'); i++) {
          print(i > 0 ? " | " : "");
          in().enter();
          patternPart();
          in().leave();
        }
      }
      case 'N' -> print("!null");
      default -> throw new NotMangledException();
    }
  }

  /** Index 0 is erased; others count binders from the innermost. */
  private void lifetime(long index) {
    if (index == 0) {
      print("'_");
      return;
    }
    long depth = boundLifetimes - index;
    if (depth < 0 || index < 0) {
      throw new NotMangledException();
    }
    print(depth < 26 ? "'" + (char) ('a' + depth) : "'_" + depth);
  }

  /** How many lifetimes it binds; to be subtracted again behind what they bind. */
  private long binder() {
    long count = name.optionalBase62('G');
    if (count < 0 || count > 64) {
      throw new NotMangledException();
    }
    if (count > 0) {
      print("for<");
      for (long i = 0; i < count; i++) {
        boundLifetimes++;
        print(i > 0 ? ", " : "");
        lifetime(1);
      }
      print("> ");
    }
    return count;
  }

  private void function() {
    in().next();
    long bound = binder();
    print(in().eat('U') ? "unsafe " : "");
    if (in().eat('K')) {
      String abi = in().eat('C') ? "C" : name.identifier().replace('_', '-');
      print("extern \"" + abi + "\" ");
    }
    print("fn(");
    list();
    print(")");
    if (!in().eat('u')) {
      print(" -> ");
      type();
    }
    boundLifetimes -= bound;
  }

  private void dynamic() {
    in().next();
    print("dyn ");
    long bound = binder();
    for (int i = 0; !in().eat('E'); i++) {
      print(i > 0 ? " + " : "");
      dynamicTrait();
    }
    boundLifetimes -= bound;
    if (!in().eat('L')) {
      throw new NotMangledException();
    }
    long lifetime = name.base62();
    if (lifetime != 0) {
      print(" + ");
      lifetime(lifetime);
    }
  }

  /** A trait; its associated types join the list of its generic arguments. */
  private void dynamicTrait() {
    boolean isOpen = openPath();
    while (in().eat('p')) {
      print(isOpen ? ", " : "<");
      isOpen = true;
      print(name.identifier() + " = ");
      type();
    }
    print(isOpen ? ">" : "");
  }

  /** A path whose argument list, if it has one, is left without its closing bracket. */
  private boolean openPath() {
    in().enter();
    boolean[] isOpen = new boolean[1];
    if (in().eat('B')) {
      name.reference(() -> isOpen[0] = openPath());
    } else if (in().eat('I')) {
      name.path(false);
      print("<");
      genericArguments();
      isOpen[0] = true;
    } else {
      name.path(false);
    }
    in().leave();
    return isOpen[0];
  }

  /**
   * A value in an array length or a const argument.
   *
   * @param isInExpression it needs no braces around it
   */
  private void constant(boolean isInExpression) {
    in().enter();
    char c = in().next();
    switch (c) {
      case 'B' -> name.reference(() -> constant(isInExpression));
      case 'p' -> print("_");
      case 'a', 's', 'l', 'x', 'n', 'i', 'h', 't', 'm', 'y', 'o', 'j' -> integer(c);
      case 'b' -> {
        print(hex().equals("1") ? "true" : "false");
        print(name.isVerbose() ? ": bool" : "");
      }
      case 'c' -> character();
      case 'e' -> string();
      case 'R', 'Q' -> {
        if (c == 'R' && in().eat('e')) {
          string();
        } else {
          print(c == 'R' ? "&" : "&mut ");
          constant(true);
        }
      }
      case 'A' -> constants("[", "]");
      case 'T' -> constants("(", ")");
      case 'V' -> variant();
      default -> throw new NotMangledException();
    }
    in().leave();
  }

  private void constants(String open, String close) {
    print(open);
    for (int i = 0; !in().eat('E'); i++) {
      print(i > 0 ? ", " : "");
      constant(true);
    }
    print(close);
  }

  private void variant() {
    name.path(true);
    switch (in().next()) {
      case 'U' -> print("");
      case 'T' -> constants("(", ")");
      case 'S' -> {
        print(" { ");
        for (int i = 0; !in().eat('E'); i++) {
          print(i > 0 ? ", " : "");
          name.optionalBase62('s');
          print(name.identifier() + ": ");
          constant(true);
        }
        print(" }");
      }
      default -> throw new NotMangledException();
    }
  }

  private String hex() {
    return in().takeUntil('_');
  }

  private void integer(char type) {
    String sign = in().eat('n') ? "-" : "";
    String hex = hex();
    if (hex.length() > 32 || !isHex(hex)) {
      throw new NotMangledException();
    }
    print(sign + (hex.isEmpty() ? "0" : new BigInteger(hex, 16).toString()));
    if (name.isVerbose()) {
      print(": " + BASIC_NAMES[BASIC_CODES.indexOf(type)]);
    }
  }

  private static boolean isHex(String text) {
    for (int i = 0; i < text.length(); i++) {
      if (Character.digit(text.charAt(i), 16) < 0) {
        return false;
      }
    }
    return true;
  }

  private void character() {
    String hex = hex();
    if (hex.isEmpty() || hex.length() > 6 || !isHex(hex)) {
      throw new NotMangledException();
    }
    int codePoint = Integer.parseInt(hex, 16);
    if (!Character.isValidCodePoint(codePoint)) {
      throw new NotMangledException();
    }
    print("'" + Character.toString(codePoint) + "'" + (name.isVerbose() ? ": char" : ""));
  }

  private void string() {
    String hex = hex();
    if (hex.length() % 2 != 0 || !isHex(hex)) {
      throw new NotMangledException();
    }
    byte[] bytes = HexFormat.of().parseHex(hex);
    print('"' + new String(bytes, StandardCharsets.UTF_8) + '"');
  }
}
