package io.nodeflame.symbolizer.demangle;

import io.nodeflame.symbolizer.demangle.CxxNode.Kind;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Names: nested, local, unscoped, operators, constructors, closures (5.1.2, 5.1.3, 5.1.7). */
final class CxxNames {
  private final CxxGrammar grammar;
  private final MangledText in;
  private String functionQualifiers = "";

  CxxNames(CxxGrammar grammar) {
    this.grammar = grammar;
    this.in = grammar.in;
  }

  /** Of the member function whose name was read last: {@code " const &"} or nothing. */
  String functionQualifiers() {
    return functionQualifiers;
  }

  /**
   * A name of any form.
   *
   * @param isEncoded it is the name of the encoded entity itself, not a type within
   */
  CxxNode name(boolean isEncoded) {
    in.enter();
    CxxNode node;
    if (in.eat('N')) {
      node = nested(isEncoded);
    } else if (in.eat('Z')) {
      node = local(isEncoded);
    } else {
      node = unscoped(isEncoded);
      functionQualifiers = "";
    }
    in.leave();
    return node;
  }

  private CxxNode unscoped(boolean isEncoded) {
    CxxNode node;
    if (in.peek() == 'S' && in.peek(1) != 't') {
      in.next();
      node = standardOrSubstitution();
      if (in.peek() != 'I') {
        return node;
      }
    } else {
      CxxNode scope = in.eat("St") ? CxxNode.name("std") : null;
      node = unqualified(scope);
      if (scope != null) {
        node = CxxNode.of(Kind.NESTED, scope, node);
      }
      if (in.peek() != 'I') {
        return node;
      }
      grammar.remember(node);
    }
    return template(node, isEncoded);
  }

  private CxxNode template(CxxNode template, boolean isEncoded) {
    return CxxNode.of(Kind.TEMPLATE, template, grammar.templateArguments(isEncoded));
  }

  private CxxNode nested(boolean isEncoded) {
    String qualifiers = grammar.types.cvQualifiers() + grammar.types.referenceQualifier();
    if (in.eat('H')) {
      qualifiers = "";
    }
    CxxNode node = null;
    while (!in.eat('E')) {
      in.enter();
      in.leave();
      if (in.eat('M')) {
        // The scope of a closure in a member's initializer; the member's name says it already.
        continue;
      }
      if (in.peek() == 'S' && node == null) {
        in.next();
        if (!in.eat('t')) {
          node = standardOrSubstitution();
          continue;
        }
        node = CxxNode.name("std");
        continue;
      }
      node = component(node, isEncoded);
      if (in.peek() != 'E') {
        grammar.remember(node);
      }
    }
    if (node == null) {
      throw new NotMangledException();
    }
    functionQualifiers = qualifiers;
    return node;
  }

  private CxxNode component(@Nullable CxxNode prefix, boolean isEncoded) {
    if (in.peek() == 'I' && prefix != null) {
      return template(prefix, isEncoded);
    }
    if (prefix == null && in.eat('T')) {
      return grammar.templateParameter();
    }
    if (prefix == null && (in.at("Dt") || in.at("DT"))) {
      return grammar.types.decltype();
    }
    CxxNode name = unqualified(prefix);
    return prefix == null ? name : CxxNode.of(Kind.NESTED, prefix, name);
  }

  private CxxNode local(boolean isEncoded) {
    CxxNode function = grammar.encoding();
    in.expect('E');
    CxxNode entity;
    if (in.eat('s')) {
      entity = CxxNode.name("string literal");
      functionQualifiers = "";
      discriminator();
    } else if (in.eat('d')) {
      int number = in.eat('_') ? 1 : in.number() + 2;
      if (number > 1) {
        in.expect('_');
      }
      CxxNode argument = CxxNode.name("{default arg#" + number + "}");
      entity = CxxNode.of(Kind.NESTED, argument, name(isEncoded));
    } else {
      entity = name(isEncoded);
      discriminator();
    }
    return CxxNode.of(Kind.LOCAL, function, entity);
  }

  private void discriminator() {
    if (in.eat("__")) {
      in.number();
      in.expect('_');
    } else if (in.peek() == '_' && MangledText.isDigit(in.peek(1))) {
      in.next();
      in.number();
    }
  }

  /** Sa, Sb, Ss, Si, So, Sd or a substitution, the S being read already. */
  private CxxNode standardOrSubstitution() {
    CxxNode standard = standard();
    if (standard == null) {
      return grammar.substitution();
    }
    return in.peek() == 'B' ? grammar.remember(abiTags(standard)) : standard;
  }

  /** One of the standard library's abbreviations, the S being read already; or null. */
  @Nullable CxxNode standard() {
    String traits = "<char, std::char_traits<char> >";
    String name =
        switch (in.peek()) {
          case 'a' -> "std::allocator";
          case 'b' -> "std::basic_string";
          case 's' -> "std::basic_string<char, std::char_traits<char>, std::allocator<char> >";
          case 'i' -> "std::basic_istream" + traits;
          case 'o' -> "std::basic_ostream" + traits;
          case 'd' -> "std::basic_iostream" + traits;
          default -> "";
        };
    if (name.isEmpty()) {
      return null;
    }
    in.next();
    return CxxNode.of(Kind.STANDARD, name, List.of());
  }

  private CxxNode unqualified(@Nullable CxxNode scope) {
    in.enter();
    in.eat('L');
    in.eat('F');
    CxxNode node;
    char c = in.peek();
    if (in.atDigit()) {
      node = CxxNode.name(sourceName());
    } else if (c == 'C' && scope != null) {
      node = constructor(scope);
    } else if (in.at("DC")) {
      node = structuredBinding();
    } else if (c == 'D' && scope != null && MangledText.isDigit(in.peek(1))) {
      in.take(2);
      node = CxxNode.of(Kind.DESTRUCTOR, "", scope);
    } else if (c == 'U') {
      node = unnamed();
    } else {
      node = operator();
    }
    in.leave();
    return abiTags(node);
  }

  private CxxNode abiTags(CxxNode node) {
    CxxNode tagged = node;
    while (in.eat('B')) {
      tagged = CxxNode.of(Kind.ABI_TAG, sourceName(), tagged);
    }
    return tagged;
  }

  private CxxNode constructor(CxxNode scope) {
    in.expect('C');
    boolean isInherited = in.eat('I');
    if (!MangledText.isDigit(in.next())) {
      throw new NotMangledException();
    }
    // An inherited constructor is called as its base class is.
    return CxxNode.of(Kind.CONSTRUCTOR, "", isInherited ? grammar.types.type() : scope);
  }

  private CxxNode structuredBinding() {
    in.eat("DC");
    List<CxxNode> parts = new ArrayList<>();
    while (!in.eat('E')) {
      parts.add(CxxNode.name(sourceName()));
    }
    return CxxNode.format("[#]", CxxNode.of(Kind.LIST, "", parts));
  }

  private CxxNode unnamed() {
    in.expect('U');
    if (in.eat('t')) {
      return CxxNode.name("{unnamed type#" + ordinal() + "}");
    }
    in.expect('l');
    List<CxxNode> parameters = grammar.closureSignature();
    in.expect('E');
    return CxxNode.of(Kind.LAMBDA, Integer.toString(ordinal()), parameters);
  }

  private int ordinal() {
    if (in.eat('_')) {
      return 1;
    }
    int number = in.number() + 2;
    in.expect('_');
    return number;
  }

  String sourceName() {
    int length = in.number();
    String name = in.take(length);
    // GCC's name for an unnamed namespace is made unique by what follows the N.
    if (name.startsWith("_GLOBAL_") && name.length() > 9 && name.charAt(9) == 'N') {
      char separator = name.charAt(8);
      if (separator == '_' || separator == '.' || separator == '$') {
        return "(anonymous namespace)";
      }
    }
    return name;
  }

  /** The name of an operator function. */
  CxxNode operator() {
    char first = in.next();
    char second = in.next();
    if (first == 'c' && second == 'v') {
      return CxxNode.of(Kind.CONVERSION, "", grammar.types.conversionTarget());
    }
    if (first == 'l' && second == 'i') {
      return CxxNode.name("operator\"\" " + sourceName());
    }
    if (first == 'v' && MangledText.isDigit(second)) {
      return CxxNode.name("operator " + sourceName());
    }
    String entry = CxxOperators.find(first, second);
    if (entry == null) {
      throw new NotMangledException();
    }
    String symbol = CxxOperators.symbol(entry);
    return CxxNode.of(Kind.OPERATOR, symbol.startsWith("co_") ? " co_await" : symbol, List.of());
  }
}
