package io.nodeflame.symbolizer.demangle;

import io.nodeflame.symbolizer.demangle.CxxNode.Kind;
import java.util.ArrayList;
import java.util.List;

/** Types (5.1.5). Every type but a builtin is remembered for substitution, after its parts. */
final class CxxTypes {
  private static final String BUILTIN_CODES = "vwbcahstijlmxynofdegz";
  private static final String[] BUILTIN_NAMES = {
    "void",
    "wchar_t",
    "bool",
    "char",
    "signed char",
    "unsigned char",
    "short",
    "unsigned short",
    "int",
    "unsigned int",
    "long",
    "unsigned long",
    "long long",
    "unsigned long long",
    "__int128",
    "unsigned __int128",
    "float",
    "double",
    "long double",
    "__float128",
    "..."
  };

  private final CxxGrammar grammar;
  private final MangledText in;
  private boolean isConversionTarget;

  CxxTypes(CxxGrammar grammar) {
    this.grammar = grammar;
    this.in = grammar.in;
  }

  CxxNode type() {
    in.enter();
    // A conversion operator's T_, or a pointer to it, leaves an I to the operator itself.
    boolean leavesArguments = isConversionTarget;
    char c = in.peek();
    isConversionTarget = leavesArguments && "PROKVr".indexOf(c) >= 0;
    CxxNode node = typeOf(c, leavesArguments);
    in.leave();
    return node;
  }

  CxxNode conversionTarget() {
    isConversionTarget = true;
    return type();
  }

  private CxxNode typeOf(char c, boolean leavesArguments) {
    int builtin = BUILTIN_CODES.indexOf(c);
    if (builtin >= 0 && c != 0) {
      in.next();
      return CxxNode.of(Kind.BUILTIN, BUILTIN_NAMES[builtin], List.of());
    }
    return switch (c) {
      case 'r', 'V', 'K' -> qualified();
      case 'F' -> grammar.remember(function("", false));
      case 'A' -> grammar.remember(array());
      case 'M' -> grammar.remember(memberPointer());
      case 'T' -> parameterOrElaborated(leavesArguments);
      case 'P' -> compound(Kind.POINTER, "*");
      case 'R' -> compound(Kind.LVALUE_REFERENCE, "&");
      case 'O' -> compound(Kind.RVALUE_REFERENCE, "&&");
      case 'C' -> compound(Kind.QUALIFIED, " _Complex");
      case 'G' -> compound(Kind.QUALIFIED, " _Imaginary");
      case 'S' -> substitutedOrNamed(leavesArguments);
      case 'D' -> extended();
      case 'u' -> vendorBuiltin();
      case 'U' -> MangledText.isDigit(in.peek(1)) ? vendorQualified() : named();
      default -> named();
    };
  }

  private CxxNode named() {
    return grammar.remember(grammar.names.name(false));
  }

  private CxxNode compound(Kind kind, String text) {
    in.next();
    return grammar.remember(CxxNode.of(kind, text, type()));
  }

  /** {@code " const volatile restrict"} in the order of the source, or nothing. */
  String cvQualifiers() {
    boolean isRestrict = in.eat('r');
    boolean isVolatile = in.eat('V');
    boolean isConst = in.eat('K');
    return (isConst ? " const" : "")
        + (isVolatile ? " volatile" : "")
        + (isRestrict ? " restrict" : "");
  }

  String referenceQualifier() {
    return in.eat('R') ? " &" : in.eat('O') ? " &&" : "";
  }

  private CxxNode qualified() {
    String qualifiers = cvQualifiers();
    char c = in.peek();
    char d = in.peek(1);
    boolean isFunction = c == 'F' || (c == 'D' && (d == 'o' || d == 'O' || d == 'w' || d == 'x'));
    CxxNode node =
        isFunction ? function(qualifiers, true) : CxxNode.of(Kind.QUALIFIED, qualifiers, type());
    return grammar.remember(node);
  }

  private CxxNode vendorQualified() {
    in.expect('U');
    String name = grammar.names.sourceName();
    CxxNode arguments = in.peek() == 'I' ? grammar.templateArguments(false) : null;
    CxxNode type = type();
    CxxNode node =
        arguments == null
            ? CxxNode.of(Kind.QUALIFIED, " " + name, type)
            : CxxNode.format("# " + name.replace('#', '_') + "<#>", type, arguments);
    return grammar.remember(node);
  }

  private CxxNode vendorBuiltin() {
    in.expect('u');
    CxxNode node = CxxNode.of(Kind.BUILTIN, grammar.names.sourceName(), List.of());
    if (in.peek() == 'I') {
      node = CxxNode.of(Kind.TEMPLATE, node, grammar.templateArguments(false));
    }
    return grammar.remember(node);
  }

  /**
   * A function type, F to E.
   *
   * @param before qualifiers that stood before it; they are printed behind its parameters
   */
  private CxxNode function(String before, boolean mayHaveExceptions) {
    CxxNode exceptions = mayHaveExceptions || in.peek() == 'D' ? exceptionSpecification() : null;
    in.expect('F');
    in.eat('Y');
    CxxNode returned = type();
    List<CxxNode> parameters = new ArrayList<>();
    String reference = "";
    while (!in.eat('E')) {
      if ((in.peek() == 'R' || in.peek() == 'O') && in.peek(1) == 'E') {
        reference = referenceQualifier();
      } else {
        addParameter(parameters);
      }
    }
    return new CxxNode(Kind.FUNCTION, before + reference, returned, exceptions, parameters);
  }

  private CxxNode exceptionSpecification() {
    CxxNode node = CxxNode.name("");
    if (in.eat("Do")) {
      node = CxxNode.name(" noexcept");
    } else if (in.eat("DO")) {
      node = CxxNode.format(" noexcept(#)", grammar.expressions.expression());
      in.expect('E');
    } else if (in.eat("Dw")) {
      List<CxxNode> types = new ArrayList<>();
      while (!in.eat('E')) {
        types.add(type());
      }
      node = CxxNode.format(" throw(#)", CxxNode.of(Kind.LIST, "", types));
    }
    return in.eat("Dx") ? CxxNode.format("# transaction_safe", node) : node;
  }

  /** Parameter types up to an E, a dot or the end; a lone void is none. */
  List<CxxNode> parameters() {
    List<CxxNode> parameters = new ArrayList<>();
    while (!in.atEnd() && in.peek() != 'E' && in.peek() != '.') {
      if (in.eat('Q')) {
        grammar.expressions.expression();
        break;
      }
      addParameter(parameters);
    }
    return parameters;
  }

  private void addParameter(List<CxxNode> parameters) {
    CxxNode parameter = type();
    if (parameter.kind != Kind.BUILTIN || !parameter.text.equals("void")) {
      parameters.add(parameter);
    }
  }

  private CxxNode array() {
    in.expect('A');
    CxxNode dimension = null;
    if (in.atDigit()) {
      dimension = CxxNode.name(Integer.toString(in.number()));
    } else if (in.peek() != '_') {
      dimension = grammar.expressions.expression();
    }
    in.expect('_');
    return new CxxNode(Kind.ARRAY, "", type(), dimension, List.of());
  }

  private CxxNode memberPointer() {
    in.expect('M');
    CxxNode owner = type();
    return CxxNode.of(Kind.MEMBER_POINTER, owner, type());
  }

  private CxxNode parameterOrElaborated(boolean leavesArguments) {
    char kind = in.peek(1);
    if (kind == 's' || kind == 'u' || kind == 'e') {
      in.take(2);
      return named();
    }
    in.expect('T');
    return withArguments(grammar.remember(grammar.templateParameter()), leavesArguments);
  }

  private CxxNode withArguments(CxxNode template, boolean leavesArguments) {
    if (in.peek() != 'I' || leavesArguments) {
      return template;
    }
    CxxNode arguments = grammar.templateArguments(false);
    return grammar.remember(CxxNode.of(Kind.TEMPLATE, template, arguments));
  }

  private CxxNode substitutedOrNamed(boolean leavesArguments) {
    char c = in.peek(1);
    if (c == '_' || MangledText.isDigit(c) || (c >= 'A' && c <= 'Z')) {
      in.expect('S');
      return withArguments(grammar.substitution(), leavesArguments);
    }
    int start = in.position();
    CxxNode node = grammar.names.name(false);
    // A bare Ss, So and so on is not a new candidate.
    return in.position() - start == 2 ? node : rememberOnce(node);
  }

  /** A tagged abbreviation is already remembered, as the tagged name that it is. */
  private CxxNode rememberOnce(CxxNode node) {
    return node.kind == Kind.ABI_TAG && node.firstNode().kind == Kind.STANDARD
        ? node
        : grammar.remember(node);
  }

  CxxNode decltype() {
    in.take(2);
    CxxNode expression = grammar.expressions.expression();
    in.expect('E');
    return CxxNode.format("decltype (#)", expression);
  }

  /** Types whose code starts with D. */
  private CxxNode extended() {
    char c = in.peek(1);
    return switch (c) {
      case 't', 'T' -> grammar.remember(decltype());
      case 'o', 'O', 'w', 'x' -> grammar.remember(function("", true));
      case 'C' -> named();
      default -> {
        in.take(2);
        String builtin = extendedBuiltin(c);
        yield builtin.isEmpty()
            ? extendedCompound(c)
            : CxxNode.of(Kind.BUILTIN, builtin, List.of());
      }
    };
  }

  private String extendedBuiltin(char c) {
    return switch (c) {
      case 'd' -> "decimal64";
      case 'e' -> "decimal128";
      case 'f' -> "decimal32";
      case 'h' -> "half";
      case 'i' -> "char32_t";
      case 's' -> "char16_t";
      case 'u' -> "char8_t";
      case 'a' -> "auto";
      case 'c' -> "decltype(auto)";
      case 'n' -> "decltype(nullptr)";
      case 'F' -> floatOfBits();
      default -> "";
    };
  }

  private CxxNode extendedCompound(char c) {
    return switch (c) {
      case 'p' -> grammar.remember(CxxNode.of(Kind.EXPANSION, "", type()));
      case 'v' -> grammar.remember(vector());
      case 'B', 'U' -> bitInteger(c == 'U');
      case 'k', 'K' -> {
        CxxNode concept = grammar.names.name(false);
        yield CxxNode.format(c == 'k' ? "# auto" : "# decltype(auto)", concept);
      }
      default -> throw new NotMangledException();
    };
  }

  private String floatOfBits() {
    int bits = in.number();
    if (in.eat('b')) {
      return "std::bfloat" + bits + "_t";
    }
    if (in.eat('x')) {
      return "_Float" + bits + "x";
    }
    in.expect('_');
    return "_Float" + bits;
  }

  private CxxNode bitInteger(boolean isUnsigned) {
    CxxNode bits = countOrExpression();
    return CxxNode.format(isUnsigned ? "unsigned _BitInt(#)" : "_BitInt(#)", bits);
  }

  private CxxNode vector() {
    in.eat('_');
    CxxNode count = countOrExpression();
    CxxNode element = in.eat('p') ? CxxNode.name("__pixel") : type();
    return CxxNode.format("# __vector(#)", element, count);
  }

  private CxxNode countOrExpression() {
    CxxNode count =
        in.atDigit()
            ? CxxNode.name(Integer.toString(in.number()))
            : grammar.expressions.expression();
    in.expect('_');
    return count;
  }
}
