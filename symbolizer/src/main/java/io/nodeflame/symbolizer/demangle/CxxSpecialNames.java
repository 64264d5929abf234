package io.nodeflame.symbolizer.demangle;

import io.nodeflame.symbolizer.demangle.CxxNode.Kind;

/** Virtual tables, thunks, guards and other things the compiler makes (5.1.4). */
final class CxxSpecialNames {
  private final CxxGrammar grammar;
  private final MangledText in;

  CxxSpecialNames(CxxGrammar grammar) {
    this.grammar = grammar;
    this.in = grammar.in;
  }

  CxxNode special() {
    return in.next() == 'T' ? ofClassOrFunction() : ofObject();
  }

  private CxxNode ofClassOrFunction() {
    return switch (in.next()) {
      case 'V' -> of("vtable for ", grammar.types.type());
      case 'T' -> of("VTT for ", grammar.types.type());
      case 'I' -> of("typeinfo for ", grammar.types.type());
      case 'S' -> of("typeinfo name for ", grammar.types.type());
      case 'F' -> of("typeinfo fn for ", grammar.types.type());
      case 'W' -> of("TLS wrapper function for ", grammar.names.name(false));
      case 'H' -> of("TLS init function for ", grammar.names.name(false));
      case 'A' -> of("template parameter object for ", grammar.expressions.templateArgument());
      case 'C' -> constructionTable();
      case 'h' -> {
        offset('h');
        yield of("non-virtual thunk to ", grammar.encoding());
      }
      case 'v' -> {
        offset('v');
        yield of("virtual thunk to ", grammar.encoding());
      }
      case 'c' -> {
        offset(in.next());
        offset(in.next());
        yield of("covariant return thunk to ", grammar.encoding());
      }
      default -> throw new NotMangledException();
    };
  }

  private CxxNode ofObject() {
    return switch (in.next()) {
      case 'V' -> of("guard variable for ", grammar.names.name(false));
      case 'A' -> of("hidden alias for ", grammar.encoding());
      case 'R' -> {
        CxxNode name = grammar.names.name(false);
        int number = in.atEnd() ? 0 : grammar.sequenceNumber();
        yield of("reference temporary #" + number + " for ", name);
      }
      case 'T' ->
          switch (in.next()) {
            case 't' -> of("transaction clone for ", grammar.encoding());
            case 'n' -> of("non-transaction clone for ", grammar.encoding());
            default -> throw new NotMangledException();
          };
      default -> throw new NotMangledException();
    };
  }

  private CxxNode constructionTable() {
    CxxNode whole = grammar.types.type();
    in.eat('n');
    in.number();
    in.expect('_');
    CxxNode base = grammar.types.type();
    return CxxNode.format("construction vtable for #-in-#", base, whole);
  }

  private void offset(char kind) {
    if (kind == 'v') {
      signedNumber();
      in.expect('_');
    } else if (kind != 'h') {
      throw new NotMangledException();
    }
    signedNumber();
    in.expect('_');
  }

  private void signedNumber() {
    in.eat('n');
    in.number();
  }

  private static CxxNode of(String words, CxxNode what) {
    return CxxNode.of(Kind.SPECIAL, words, what);
  }
}
