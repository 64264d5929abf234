package io.nodeflame.symbolizer.symbols;

/** How good a symbol's name is, best first, when several begin at one address. */
public enum SymbolKind {
  /** A function that other files can see, or whose visibility is not known. */
  GLOBAL,
  /** A function of one source file. */
  LOCAL,
  /** A place in code that nobody called a function. */
  LABEL
}
