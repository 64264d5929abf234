package io.nodeflame.symbolizer.demangle;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One node of a parsed C++ name. Substitutions share nodes, so this is a graph without cycles whose
 * text may be exponentially longer than the name: whoever walks it counts steps.
 */
final class CxxNode {
  enum Kind {
    /** Text as it stands. */
    NAME,
    /** A class of the standard library with a letter of its own; text is its full name. */
    STANDARD,
    /** first::second. */
    NESTED,
    /** first&lt;list&gt;. */
    TEMPLATE,
    /** first with text as its ABI tag. */
    ABI_TAG,
    /** Constructor of the class first. */
    CONSTRUCTOR,
    DESTRUCTOR,
    /** operator and text. */
    OPERATOR,
    /** operator and the type first. */
    CONVERSION,
    /** Entity second inside of function first. */
    LOCAL,
    /** Text and first: "vtable for X". */
    SPECIAL,
    /** Function first with type second. */
    ENCODING,
    /** Closure with parameters list, number from 1. */
    LAMBDA,
    BUILTIN,
    /** first, then text: " const". */
    QUALIFIED,
    /** first, then text: "*". */
    POINTER,
    LVALUE_REFERENCE,
    RVALUE_REFERENCE,
    /** Returns first or nothing, parameters list, text after the parameters. */
    FUNCTION,
    /** Of first, dimension second or none. */
    ARRAY,
    /** Member of class first, of type second. */
    MEMBER_POINTER,
    /** Template parameter; first is what it stands for. */
    PARAMETER,
    /** Template argument pack list. */
    PACK,
    /** Pattern first, once for each element of the packs in it. */
    EXPANSION,
    /** Text in which each '#' is the next of list. */
    FORMAT,
    /** Like FORMAT, but the operands are in parentheses unless they are plain names. */
    OPERATION,
    /** list with commas. */
    LIST,
    /** Literal text of type first. */
    LITERAL
  }

  final Kind kind;
  final String text;
  @Nullable CxxNode first;
  final @Nullable CxxNode second;
  final List<CxxNode> list;

  CxxNode(
      Kind kind,
      String text,
      @Nullable CxxNode first,
      @Nullable CxxNode second,
      List<CxxNode> list) {
    this.kind = kind;
    this.text = text;
    this.first = first;
    this.second = second;
    this.list = list;
  }

  static CxxNode name(String text) {
    return new CxxNode(Kind.NAME, text, null, null, List.of());
  }

  static CxxNode of(Kind kind, String text, CxxNode first) {
    return new CxxNode(kind, text, first, null, List.of());
  }

  static CxxNode of(Kind kind, CxxNode first, CxxNode second) {
    return new CxxNode(kind, "", first, second, List.of());
  }

  static CxxNode of(Kind kind, String text, List<CxxNode> list) {
    return new CxxNode(kind, text, null, null, list);
  }

  static CxxNode format(String text, CxxNode... operands) {
    return of(Kind.FORMAT, text, List.of(operands));
  }

  static CxxNode operation(String text, CxxNode... operands) {
    return of(Kind.OPERATION, text, List.of(operands));
  }

  /** Where a node of this kind must have one. */
  CxxNode firstNode() {
    return present(first);
  }

  CxxNode secondNode() {
    return present(second);
  }

  private static CxxNode present(@Nullable CxxNode node) {
    if (node == null) {
      throw new NotMangledException();
    }
    return node;
  }

  /** What stands there once template parameters are replaced. */
  CxxNode resolved() {
    CxxNode node = this;
    while (node.kind == Kind.PARAMETER) {
      node = node.firstNode();
    }
    return node;
  }
}
