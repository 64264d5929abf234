package io.nodeflame.symbolizer.demangle;

import io.nodeflame.symbolizer.demangle.CxxNode.Kind;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Writes a parsed C++ name. Types follow C's declarators: what stands left of the declared thing,
 * then what stands right of it, so {@code void (*)(int)}.
 */
final class CxxPrinter {
  private static final int MAX_DEPTH = 128;

  private final StringBuilder out = new StringBuilder(128);
  private final boolean isSimplified;
  private final int maxArgumentsLength;
  private final int maxLength;
  private int stepsLeft;
  private int depth;
  private int packIndex = -1;

  /**
   * For one symbol.
   *
   * @param maxArgumentsLength simplified only: longer template argument lists are shortened
   */
  CxxPrinter(boolean isSimplified, int maxArgumentsLength, int maxLength, int maxSteps) {
    this.isSimplified = isSimplified;
    this.maxArgumentsLength = maxArgumentsLength;
    this.maxLength = maxLength;
    this.stepsLeft = maxSteps;
  }

  String print(CxxNode symbol) {
    whole(symbol);
    if (out.length() > maxLength) {
      throw new NotMangledException();
    }
    return out.toString();
  }

  /** A symbol of its own: only there a function template shows its return type. */
  private void whole(CxxNode symbol) {
    if (symbol.kind != Kind.ENCODING || isSimplified) {
      node(symbol);
      return;
    }
    CxxNode type = symbol.secondNode();
    if (type.first != null) {
      left(type);
    }
    node(symbol.firstNode());
    right(type);
  }

  private void enter() {
    if (++depth > MAX_DEPTH || --stepsLeft < 0 || out.length() > maxLength) {
      throw new NotMangledException();
    }
  }

  private void node(CxxNode node) {
    left(node);
    right(node);
  }

  private void left(CxxNode node) {
    enter();
    switch (node.kind) {
      case NAME, BUILTIN -> out.append(node.text);
      case STANDARD -> out.append(isSimplified ? CxxShortNames.standard(node.text) : node.text);
      case NESTED -> nested(node);
      case TEMPLATE -> template(node);
      case ABI_TAG -> {
        node(node.firstNode());
        if (!isSimplified) {
          out.append("[abi:").append(node.text).append(']');
        }
      }
      case CONSTRUCTOR -> className(node.firstNode());
      case DESTRUCTOR -> {
        out.append('~');
        className(node.firstNode());
      }
      case OPERATOR -> out.append("operator").append(node.text);
      case CONVERSION -> {
        out.append("operator ");
        node(node.firstNode());
      }
      case LOCAL -> {
        node(node.firstNode());
        out.append("::");
        node(node.secondNode());
      }
      case SPECIAL -> {
        out.append(node.text);
        whole(node.firstNode());
      }
      case ENCODING -> {
        node(node.firstNode());
        if (!isSimplified) {
          parameters(node.secondNode());
        }
      }
      case LAMBDA -> lambda(node);
      case QUALIFIED -> {
        left(node.firstNode());
        qualifier(node);
      }
      case POINTER, LVALUE_REFERENCE, RVALUE_REFERENCE -> pointer(node);
      case FUNCTION -> {
        if (node.first != null) {
          left(node.first);
        }
        if (node.first == null || !isWrapped(node.first)) {
          out.append(' ');
        }
      }
      case ARRAY -> left(node.firstNode());
      case MEMBER_POINTER -> memberPointer(node);
      case PARAMETER -> left(selected(node));
      case PACK, LIST -> {
        list(node.list);
      }
      case EXPANSION -> expansion(node);
      case FORMAT, OPERATION -> format(node);
      case LITERAL -> literal(node);
    }
    depth--;
  }

  private void right(CxxNode node) {
    enter();
    switch (node.kind) {
      case PARAMETER -> right(selected(node));
      case QUALIFIED -> right(node.firstNode());
      case POINTER, LVALUE_REFERENCE, RVALUE_REFERENCE -> {
        CxxNode target = target(node);
        if (needsParentheses(target)) {
          out.append(')');
        }
        right(target);
      }
      case MEMBER_POINTER -> {
        CxxNode target = node.secondNode();
        if (needsParentheses(target)) {
          out.append(')');
        }
        right(target);
      }
      case FUNCTION -> {
        parameters(node);
        if (node.first != null) {
          right(node.first);
        }
      }
      case ARRAY -> {
        if (!endsWith(']')) {
          out.append(' ');
        }
        out.append('[');
        if (node.second != null) {
          node(node.second);
        }
        out.append(']');
        right(node.firstNode());
      }
      default -> {}
    }
    depth--;
  }

  private void parameters(CxxNode function) {
    out.append('(');
    list(function.list);
    out.append(')').append(function.text);
    if (function.second != null) {
      node(function.second);
    }
  }

  private void nested(CxxNode node) {
    node(node.firstNode());
    if (isSimplified && CxxShortNames.isVersionNamespace(node.secondNode())) {
      return;
    }
    out.append("::");
    node(node.secondNode());
  }

  private void template(CxxNode node) {
    node(node.firstNode());
    if (endsWith('<')) {
      out.append(' ');
    }
    int start = out.length();
    out.append('<');
    List<CxxNode> arguments = node.secondNode().list;
    if (isSimplified) {
      shortArguments(arguments, start);
      return;
    }
    boolean endsEmpty = list(arguments);
    // c++filt keeps "> >" apart as in C++98, but not behind an empty pack.
    if (endsWith('>') && !endsEmpty) {
      out.append(' ');
    }
    out.append('>');
  }

  private void shortArguments(List<CxxNode> arguments, int start) {
    if (maxArgumentsLength > 0) {
      int kept = arguments.size();
      while (kept > 1 && CxxShortNames.isDefaultArgument(arguments.get(kept - 1).resolved())) {
        kept--;
      }
      list(arguments.subList(0, kept));
    }
    if (maxArgumentsLength == 0 || out.length() - start > maxArgumentsLength) {
      out.setLength(start);
      out.append(arguments.isEmpty() ? "<" : "<...");
    }
    out.append('>');
    CxxShortNames.useAlias(out);
  }

  /** What a constructor or destructor repeats: the class without scope and arguments. */
  private void className(CxxNode scope) {
    CxxNode node = scope;
    while (true) {
      enter();
      depth--;
      switch (node.kind) {
        case NESTED, LOCAL -> node = node.secondNode();
        case TEMPLATE, PARAMETER, ABI_TAG -> node = node.firstNode();
        case STANDARD -> {
          int arguments = node.text.indexOf('<');
          int end = arguments < 0 ? node.text.length() : arguments;
          out.append(node.text, node.text.lastIndexOf("::", end) + 2, end);
          return;
        }
        default -> {
          node(node);
          return;
        }
      }
    }
  }

  private void lambda(CxxNode node) {
    out.append("{lambda");
    if (!isSimplified) {
      out.append('(');
      list(node.list);
      out.append(')');
    }
    out.append('#').append(node.text).append('}');
  }

  private void qualifier(CxxNode node) {
    // A qualified parameter that stands for a qualified type says const only once.
    CxxNode inner = node.firstNode();
    if (inner.kind == Kind.PARAMETER) {
      CxxNode resolved = selected(inner).resolved();
      if (resolved.kind == Kind.QUALIFIED && resolved.text.equals(node.text)) {
        return;
      }
    }
    out.append(node.text);
  }

  private void pointer(CxxNode node) {
    CxxNode target = target(node);
    left(target);
    if (needsParentheses(target)) {
      openParenthesis(target, false);
    }
    out.append(referenceText(node));
  }

  /** A reference to what is a reference already, by way of a parameter, collapses. */
  private CxxNode target(CxxNode node) {
    CxxNode target = node.firstNode();
    if (node.kind != Kind.POINTER) {
      CxxNode resolved = resolve(target);
      while (isReference(resolved)) {
        enter();
        depth--;
        target = resolved.firstNode();
        resolved = resolve(target);
      }
    }
    return target;
  }

  private String referenceText(CxxNode node) {
    CxxNode reference = node;
    if (node.kind == Kind.RVALUE_REFERENCE) {
      CxxNode resolved = resolve(node.firstNode());
      while (isReference(resolved)) {
        enter();
        depth--;
        if (resolved.kind == Kind.LVALUE_REFERENCE) {
          return "&";
        }
        resolved = resolve(resolved.firstNode());
      }
    }
    return reference.text;
  }

  private static boolean isReference(CxxNode node) {
    return node.kind == Kind.LVALUE_REFERENCE || node.kind == Kind.RVALUE_REFERENCE;
  }

  private void memberPointer(CxxNode node) {
    CxxNode target = node.secondNode();
    left(target);
    if (needsParentheses(target)) {
      openParenthesis(target, true);
    } else {
      out.append(' ');
    }
    node(node.firstNode());
    out.append("::*");
  }

  /** Blanks as c++filt sets them: {@code void (*)()}, {@code int (&) [3]}, {@code (*(*)())()}. */
  private void openParenthesis(CxxNode target, boolean isMemberPointer) {
    CxxNode node = resolve(target);
    while (node.kind == Kind.QUALIFIED) {
      node = resolve(node.firstNode());
    }
    boolean isClose = !isMemberPointer && node.kind == Kind.FUNCTION && endsWith('*');
    if (!isClose && !endsWith(' ')) {
      out.append(' ');
    }
    out.append('(');
  }

  private boolean needsParentheses(CxxNode target) {
    CxxNode node = target;
    while (true) {
      enter();
      depth--;
      switch (node.kind) {
        case FUNCTION, ARRAY -> {
          return true;
        }
        case PARAMETER -> node = selected(node);
        case QUALIFIED -> node = node.firstNode();
        default -> {
          return false;
        }
      }
    }
  }

  /** Whether a type is a pointer to a function or array, which opens a parenthesis. */
  private boolean isWrapped(CxxNode type) {
    CxxNode node = resolve(type);
    while (node.kind == Kind.QUALIFIED) {
      node = resolve(node.firstNode());
    }
    return switch (node.kind) {
      case POINTER, LVALUE_REFERENCE, RVALUE_REFERENCE -> needsParentheses(target(node));
      case MEMBER_POINTER -> needsParentheses(node.secondNode());
      default -> false;
    };
  }

  private CxxNode resolve(CxxNode node) {
    CxxNode resolved = node;
    while (resolved.kind == Kind.PARAMETER) {
      enter();
      depth--;
      resolved = selected(resolved);
    }
    return resolved;
  }

  /** What a parameter stands for; of a pack, the element that is being expanded. */
  private CxxNode selected(CxxNode parameter) {
    CxxNode target = parameter.firstNode();
    if (target.kind == Kind.PACK && packIndex >= 0) {
      return packIndex < target.list.size() ? target.list.get(packIndex) : CxxNode.name("");
    }
    return target;
  }

  /** Whether the last of several nodes had no text, or is a pack of which that is true. */
  private boolean list(List<CxxNode> nodes) {
    boolean isFirst = true;
    boolean endsEmpty = false;
    for (CxxNode node : nodes) {
      int start = out.length();
      if (!isFirst) {
        out.append(", ");
      }
      int before = out.length();
      boolean packEndsEmpty = false;
      if (node.kind == Kind.PACK) {
        packEndsEmpty = list(node.list);
      } else {
        node(node);
      }
      boolean isEmpty = out.length() == before;
      endsEmpty = isEmpty ? !isFirst : packEndsEmpty;
      isFirst &= isEmpty;
      if (isEmpty) {
        out.setLength(start);
      }
    }
    return endsEmpty;
  }

  private void expansion(CxxNode node) {
    CxxNode pattern = node.firstNode();
    CxxNode pack = packIn(pattern);
    if (pack == null) {
      operand(pattern);
      out.append("...");
      return;
    }
    int outer = packIndex;
    boolean isFirst = true;
    for (int i = 0; i < pack.list.size(); i++) {
      packIndex = i;
      if (!isFirst) {
        out.append(", ");
      }
      node(pattern);
      isFirst = false;
    }
    packIndex = outer;
  }

  /** The first parameter pack that a pattern mentions. */
  private @Nullable CxxNode packIn(CxxNode node) {
    enter();
    CxxNode found = null;
    if (node.kind == Kind.PARAMETER) {
      CxxNode target = node.firstNode();
      found = target.kind == Kind.PACK ? target : null;
    } else if (node.kind != Kind.EXPANSION && node.kind != Kind.LAMBDA) {
      if (node.first != null) {
        found = packIn(node.first);
      }
      if (found == null && node.second != null) {
        found = packIn(node.second);
      }
      for (int i = 0; found == null && i < node.list.size(); i++) {
        found = packIn(node.list.get(i));
      }
    }
    depth--;
    return found;
  }

  private void format(CxxNode node) {
    int operand = 0;
    for (int i = 0; i < node.text.length(); i++) {
      char c = node.text.charAt(i);
      if (c == '\1' || (c == '#' && node.kind == Kind.FORMAT)) {
        node(node.list.get(operand++));
      } else if (c == '#') {
        operand(node.list.get(operand++));
      } else {
        out.append(c);
      }
    }
  }

  private void operand(CxxNode node) {
    boolean isPlain =
        switch (node.kind) {
          case NAME, NESTED, STANDARD, LOCAL -> true;
          case FORMAT -> node.text.equals("{#}");
          default -> false;
        };
    if (isPlain) {
      node(node);
    } else {
      out.append('(');
      node(node);
      out.append(')');
    }
  }

  private void literal(CxxNode node) {
    CxxNode type = node.firstNode();
    if (node.text.equals(CxxExpressions.SIZE_OF_PACK)) {
      CxxNode resolved = type.kind == Kind.PARAMETER ? type.firstNode() : type;
      out.append(resolved.kind == Kind.PACK ? resolved.list.size() : 0);
      return;
    }
    CxxLiterals.append(
        out, node.text, type.kind == Kind.BUILTIN ? type.text : "", () -> node(type));
  }

  private boolean endsWith(char c) {
    int length = out.length();
    return length > 0 && out.charAt(length - 1) == c;
  }
}
