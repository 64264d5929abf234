package io.nodeflame.symbolizer.symbols;

import java.io.IOException;

/** The symbols of a file are more than an index may hold. Nothing is wrong with the file. */
final class TooManySymbolsException extends IOException {
  private static final long serialVersionUID = 1;

  TooManySymbolsException(String message) {
    super(message);
  }
}
