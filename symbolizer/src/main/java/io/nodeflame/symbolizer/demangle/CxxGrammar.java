package io.nodeflame.symbolizer.demangle;

import io.nodeflame.symbolizer.demangle.CxxNode.Kind;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The Itanium C++ ABI's mangling (chapter 5.1), parsed into {@link CxxNode}s: what the parsers of
 * names, types and expressions share. One instance per name.
 */
final class CxxGrammar {
  private static final int MAX_SUBSTITUTIONS = 4096;

  final MangledText in;
  final CxxNames names;
  final CxxTypes types;
  final CxxExpressions expressions;

  private final List<CxxNode> substitutions = new ArrayList<>();

  /** Arguments of the innermost function template whose name has been read, for T_ and so on. */
  private @Nullable CxxNode templateArguments;

  /** Parameters of conversion operators: read before the arguments they refer to. */
  private List<CxxNode> unresolved = new ArrayList<>();

  /** Within a closure's signature T_ is one of its own {@code auto} parameters. */
  private boolean isClosureSignature;

  CxxGrammar(MangledText in) {
    this.in = in;
    this.names = new CxxNames(this);
    this.types = new CxxTypes(this);
    this.expressions = new CxxExpressions(this);
  }

  /** A function with its type, a variable, or one of the special names. */
  CxxNode encoding() {
    in.enter();
    CxxNode outerArguments = templateArguments;
    List<CxxNode> outerUnresolved = unresolved;
    templateArguments = null;
    unresolved = new ArrayList<>();
    char c = in.peek();
    CxxNode node =
        (c == 'T' || c == 'G') ? new CxxSpecialNames(this).special() : functionOrVariable();
    if (!unresolved.isEmpty()) {
      throw new NotMangledException();
    }
    templateArguments = outerArguments;
    unresolved = outerUnresolved;
    in.leave();
    return node;
  }

  private CxxNode functionOrVariable() {
    CxxNode name = names.name(true);
    String qualifiers = names.functionQualifiers();
    char c = in.peek();
    if (in.atEnd() || c == 'E' || c == '.') {
      return name;
    }
    CxxNode returned = hasReturnType(name) ? types.type() : null;
    List<CxxNode> parameters = types.parameters();
    CxxNode type = new CxxNode(Kind.FUNCTION, qualifiers, returned, null, parameters);
    return CxxNode.of(Kind.ENCODING, name, type);
  }

  /** Function templates encode it, but for constructors, destructors and conversions. */
  private static boolean hasReturnType(CxxNode name) {
    CxxNode node = name;
    while (node.kind == Kind.LOCAL) {
      node = node.secondNode();
    }
    if (node.kind != Kind.TEMPLATE) {
      return false;
    }
    node = node.firstNode();
    while (node.kind == Kind.NESTED || node.kind == Kind.ABI_TAG) {
      node = node.kind == Kind.NESTED ? node.secondNode() : node.firstNode();
    }
    return node.kind != Kind.CONSTRUCTOR
        && node.kind != Kind.DESTRUCTOR
        && node.kind != Kind.CONVERSION;
  }

  /** Remembers what a later S_ may stand for. */
  CxxNode remember(CxxNode node) {
    if (substitutions.size() >= MAX_SUBSTITUTIONS) {
      throw new NotMangledException();
    }
    substitutions.add(node);
    return node;
  }

  /** S_, S0_ and so on, the S being read already. */
  CxxNode substitution() {
    int index = sequenceNumber();
    if (index >= substitutions.size()) {
      throw new NotMangledException();
    }
    CxxNode node = substitutions.get(index);
    boolean hasParameters = templateArguments != null || isClosureSignature;
    return hasParameters ? bound(node) : node;
  }

  /**
   * T_ is one entity for the mangler, but means another type within a closure's signature: what a
   * substituted T_, or a plain compound of it, stands for depends on where it is used.
   */
  private CxxNode bound(CxxNode node) {
    in.enter();
    CxxNode result = node;
    switch (node.kind) {
      case PARAMETER -> result = parameter(Integer.parseInt(node.text));
      case POINTER, LVALUE_REFERENCE, RVALUE_REFERENCE, QUALIFIED, EXPANSION -> {
        CxxNode inner = bound(node.firstNode());
        result = inner == node.first ? node : CxxNode.of(node.kind, node.text, inner);
      }
      default -> {}
    }
    in.leave();
    return result;
  }

  /** {@code _} is 0, {@code 0_} is 1, in base 36. */
  int sequenceNumber() {
    if (in.eat('_')) {
      return 0;
    }
    int value = 0;
    while (!in.eat('_')) {
      char c = in.next();
      int digit = MangledText.isDigit(c) ? c - '0' : c >= 'A' && c <= 'Z' ? c - 'A' + 10 : -1;
      if (digit < 0 || value > MAX_SUBSTITUTIONS) {
        throw new NotMangledException();
      }
      value = value * 36 + digit;
    }
    return value + 1;
  }

  /** T_, T0_ and so on, the T being read already. */
  CxxNode templateParameter() {
    int index = in.eat('_') ? 0 : in.number() + 1;
    if (index > 0) {
      in.expect('_');
    }
    return parameter(index);
  }

  private CxxNode parameter(int index) {
    CxxNode target = isClosureSignature ? CxxNode.name("auto:" + (index + 1)) : argument(index);
    CxxNode node = new CxxNode(Kind.PARAMETER, Integer.toString(index), target, null, List.of());
    if (target == null) {
      unresolved.add(node);
    }
    return node;
  }

  private @Nullable CxxNode argument(int index) {
    if (templateArguments == null) {
      return null;
    }
    List<CxxNode> arguments = templateArguments.list;
    return index < arguments.size() ? arguments.get(index) : null;
  }

  /**
   * Template arguments with their I and E.
   *
   * @param isOfFunction they belong to the name being encoded, so T_ refers to them from now on
   */
  CxxNode templateArguments(boolean isOfFunction) {
    in.enter();
    in.expect('I');
    List<CxxNode> arguments = new ArrayList<>();
    CxxNode node = CxxNode.of(Kind.LIST, "", arguments);
    while (!in.eat('E')) {
      if (in.eat('Q')) {
        expressions.expression();
        continue;
      }
      arguments.add(expressions.templateArgument());
    }
    if (isOfFunction) {
      templateArguments = node;
      resolve();
    }
    in.leave();
    return node;
  }

  private void resolve() {
    for (CxxNode parameter : unresolved) {
      CxxNode target = argument(Integer.parseInt(parameter.text));
      if (target == null) {
        throw new NotMangledException();
      }
      parameter.first = target;
    }
    unresolved.clear();
  }

  /** Parameters of a closure, up to its E. */
  List<CxxNode> closureSignature() {
    boolean outer = isClosureSignature;
    isClosureSignature = true;
    List<CxxNode> parameters = types.parameters();
    isClosureSignature = outer;
    return parameters;
  }
}
