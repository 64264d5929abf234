package io.nodeflame.symbolizer.demangle;

import io.nodeflame.symbolizer.demangle.CxxNode.Kind;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Template arguments and expressions (5.1.5.10, 5.1.6). */
final class CxxExpressions {
  /** A literal of this text is the number of elements of its pack. */
  static final String SIZE_OF_PACK = "sizeof...";

  private final CxxGrammar grammar;
  private final MangledText in;

  CxxExpressions(CxxGrammar grammar) {
    this.grammar = grammar;
    this.in = grammar.in;
  }

  CxxNode templateArgument() {
    in.enter();
    CxxNode node;
    if (in.eat('X')) {
      node = expression();
      in.expect('E');
    } else if (in.peek() == 'L') {
      node = primary();
    } else if (in.eat('J')) {
      node = pack();
    } else if (in.peek() == 'I') {
      // GCC before 4.7 wrote packs with I.
      in.next();
      node = pack();
    } else if (in.at("Ty") || in.at("Tk")) {
      skipDeclaration();
      node = templateArgument();
    } else if (in.at("Tn")) {
      in.take(2);
      grammar.types.type();
      node = templateArgument();
    } else {
      node = grammar.types.type();
    }
    in.leave();
    return node;
  }

  private void skipDeclaration() {
    boolean isConstrained = in.at("Tk");
    in.take(2);
    if (isConstrained) {
      grammar.names.name(false);
    }
  }

  private CxxNode pack() {
    List<CxxNode> elements = new ArrayList<>();
    while (!in.eat('E')) {
      elements.add(templateArgument());
    }
    return CxxNode.of(Kind.PACK, "", elements);
  }

  CxxNode expression() {
    in.enter();
    CxxNode node = expressionOf(in.peek(), in.peek(1));
    in.leave();
    return node;
  }

  private CxxNode expressionOf(char c, char d) {
    if (c == 'L') {
      return primary();
    }
    if (c == 'T') {
      in.next();
      return grammar.templateParameter();
    }
    if (c == 'f' && (d == 'p' || (d == 'L' && MangledText.isDigit(in.peek(2))))) {
      return functionParameter();
    }
    if (c == 'f' && (d == 'l' || d == 'r' || d == 'L' || d == 'R')) {
      return fold();
    }
    if (MangledText.isDigit(c) || in.at("on") || in.at("dn") || in.at("sr")) {
      return unresolvedName();
    }
    if (in.eat("gs")) {
      return global();
    }
    if (in.at("St")) {
      return grammar.names.name(false);
    }
    return special(c, d);
  }

  private CxxNode global() {
    boolean isOperation = in.at("nw") || in.at("na") || in.at("dl") || in.at("da");
    CxxNode operand = isOperation ? special(in.peek(), in.peek(1)) : unresolvedName();
    return CxxNode.format("::#", operand);
  }

  private CxxNode special(char c, char d) {
    CxxNode node = withOwnSyntax(c, d);
    return node == null ? operation() : node;
  }

  /** Expressions that are more than an operator between operands; null for those. */
  private @Nullable CxxNode withOwnSyntax(char c, char d) {
    int start = in.position();
    in.take(2);
    return switch ("" + c + d) {
      case "sp" -> CxxNode.of(Kind.EXPANSION, "", expression());
      case "sZ" -> CxxNode.of(Kind.LITERAL, SIZE_OF_PACK, expression());
      case "sP" -> CxxNode.of(Kind.LITERAL, SIZE_OF_PACK, pack());
      case "st", "at", "ti" -> CxxNode.format(word(c, d) + " (#)", grammar.types.type());
      case "sz", "az", "te", "nx", "tw" -> CxxNode.operation(word(c, d) + " #", expression());
      case "tr" -> CxxNode.name("throw");
      case "dc", "sc", "cc", "rc" ->
          CxxNode.format(word(c, d) + "<#>(#)", grammar.types.type(), expression());
      case "cl" -> CxxNode.operation("#\1", withoutParameters(expression()), list("(#)"));
      case "cv" -> conversion();
      case "tl" -> CxxNode.format("##", grammar.types.type(), list("{#}"));
      case "il" -> list("{#}");
      case "nw", "na" -> allocation();
      case "dl" -> CxxNode.operation("delete #", expression());
      case "da" -> CxxNode.operation("delete[] #", expression());
      case "di" -> CxxNode.format(".#=#", CxxNode.name(grammar.names.sourceName()), expression());
      case "dx" -> CxxNode.format("[#]=#", expression(), expression());
      case "dX" -> CxxNode.format("[# ... #]=#", expression(), expression(), expression());
      default -> {
        in.seek(start);
        yield null;
      }
    };
  }

  private static String word(char c, char d) {
    return switch ("" + c + d) {
      case "st", "sz" -> "sizeof";
      case "at", "az" -> "alignof";
      case "ti", "te" -> "typeid";
      case "nx" -> "noexcept";
      case "tw" -> "throw";
      case "dc" -> "dynamic_cast";
      case "sc" -> "static_cast";
      case "cc" -> "const_cast";
      default -> "reinterpret_cast";
    };
  }

  /** A function that is called is shown by its name alone: its arguments follow. */
  private static CxxNode withoutParameters(CxxNode callee) {
    CxxNode entity = callee.kind == Kind.SPECIAL ? callee.firstNode() : callee;
    return entity.kind == Kind.ENCODING ? entity.firstNode() : callee;
  }

  /** Expressions up to an E. */
  private CxxNode list(String format) {
    List<CxxNode> items = new ArrayList<>();
    while (!in.eat('E')) {
      items.add(expression());
    }
    return CxxNode.format(format, CxxNode.of(Kind.LIST, "", items));
  }

  private CxxNode conversion() {
    CxxNode type = grammar.types.type();
    return in.eat('_')
        ? CxxNode.format("(#)#", type, list("(#)"))
        : CxxNode.operation("(\1)#", type, expression());
  }

  private CxxNode allocation() {
    List<CxxNode> placement = new ArrayList<>();
    while (!in.eat('_')) {
      placement.add(expression());
    }
    CxxNode type = grammar.types.type();
    CxxNode initializer = CxxNode.name("");
    if (in.eat("pi")) {
      initializer = list("(#)");
    } else if (in.at("il")) {
      initializer = expression();
    } else {
      in.expect('E');
    }
    return placement.isEmpty()
        ? CxxNode.format("new ##", type, initializer)
        : CxxNode.format("new (#) ##", CxxNode.of(Kind.LIST, "", placement), type, initializer);
  }

  private CxxNode operation() {
    String entry = CxxOperators.find(in.next(), in.next());
    if (entry == null) {
      throw new NotMangledException();
    }
    String symbol = CxxOperators.symbol(entry);
    if (symbol.equals("++") || symbol.equals("--")) {
      return in.eat('_')
          ? CxxNode.operation(symbol + "#", expression())
          : CxxNode.operation("#" + symbol, expression());
    }
    if (CxxOperators.operands(entry) == 1) {
      CxxNode operand = expression();
      return CxxNode.operation(symbol + "#", symbol.equals("&") ? member(operand) : operand);
    }
    CxxNode left = expression();
    CxxNode right = expression();
    return switch (symbol) {
      case "?" -> CxxNode.operation("#?# : #", left, right, expression());
      case "[]" -> CxxNode.operation("#[\1]", left, right);
      // Within template arguments a bare > would end them.
      case ">" -> CxxNode.operation("(#>#)", left, right);
      default -> CxxNode.operation("#" + symbol + "#", left, right);
    };
  }

  /** A pointer to a plain member function is shown without parameters, as c++filt does. */
  private static CxxNode member(CxxNode operand) {
    if (operand.kind != Kind.SPECIAL || operand.firstNode().kind != Kind.ENCODING) {
      return operand;
    }
    CxxNode function = operand.firstNode();
    boolean isPlain =
        function.firstNode().kind == Kind.NESTED && function.secondNode().text.isEmpty();
    return isPlain ? function.firstNode() : operand;
  }

  private CxxNode fold() {
    in.expect('f');
    char direction = in.next();
    String entry = CxxOperators.find(in.next(), in.next());
    if (entry == null) {
      throw new NotMangledException();
    }
    String symbol = CxxOperators.symbol(entry);
    CxxNode left = expression();
    return switch (direction) {
      case 'l' -> CxxNode.operation("(..." + symbol + "#)", left);
      case 'r' -> CxxNode.operation("(#" + symbol + "...)", left);
      default -> CxxNode.operation("(#" + symbol + "..." + symbol + "#)", left, expression());
    };
  }

  private CxxNode functionParameter() {
    in.expect('f');
    if (in.eat('L')) {
      in.number();
    }
    in.expect('p');
    if (in.eat('T')) {
      return CxxNode.name("this");
    }
    grammar.types.cvQualifiers();
    int number = in.eat('_') ? 1 : in.number() + 2;
    if (number > 1) {
      in.expect('_');
    }
    return CxxNode.name("{parm#" + number + "}");
  }

  private CxxNode unresolvedName() {
    if (!in.eat("sr")) {
      return baseName();
    }
    CxxNode scope;
    if (in.eat('N')) {
      scope = unresolvedType();
      while (!in.eat('E')) {
        scope = within(scope, simpleName());
      }
    } else if (in.atDigit()) {
      scope = qualifierLevels();
    } else {
      scope = unresolvedType();
    }
    return within(scope, baseName());
  }

  private static CxxNode within(CxxNode scope, CxxNode name) {
    return name.kind == Kind.TEMPLATE
        ? CxxNode.of(
            Kind.TEMPLATE, CxxNode.of(Kind.NESTED, scope, name.firstNode()), name.secondNode())
        : CxxNode.of(Kind.NESTED, scope, name);
  }

  /** Compilers also write a plain class name here, without an E behind it. */
  private CxxNode qualifierLevels() {
    CxxNode scope = simpleName();
    int start = in.position();
    while (in.atDigit()) {
      CxxNode name = simpleName();
      if (!in.atDigit() && in.peek() != 'E') {
        in.seek(start);
        return scope;
      }
      scope = within(scope, name);
    }
    in.eat('E');
    return scope;
  }

  private CxxNode unresolvedType() {
    return grammar.types.type();
  }

  private CxxNode baseName() {
    if (in.eat("on")) {
      return withArguments(grammar.names.operator());
    }
    if (in.eat("dn")) {
      CxxNode type = in.atDigit() ? simpleName() : unresolvedType();
      return CxxNode.format("~#", type);
    }
    return simpleName();
  }

  private CxxNode simpleName() {
    return withArguments(CxxNode.name(grammar.names.sourceName()));
  }

  private CxxNode withArguments(CxxNode name) {
    return in.peek() == 'I'
        ? CxxNode.of(Kind.TEMPLATE, name, grammar.templateArguments(false))
        : name;
  }

  private CxxNode primary() {
    in.expect('L');
    if (in.eat("_Z") || in.eat('Z')) {
      CxxNode entity = grammar.encoding();
      in.expect('E');
      return entity.kind == Kind.ENCODING ? CxxNode.of(Kind.SPECIAL, "", entity) : entity;
    }
    CxxNode type = grammar.types.type();
    String value = in.takeUntil('E');
    return CxxNode.of(Kind.LITERAL, value, type);
  }
}
