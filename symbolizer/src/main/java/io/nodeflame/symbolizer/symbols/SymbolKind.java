package io.nodeflame.symbolizer.symbols;

/** How good a symbol's name is, best first, when several begin at one address. */
public enum SymbolKind {
  /** A function that other files can see, or whose visibility is not known. */
  GLOBAL(0),
  /** A function of one source file. */
  LOCAL(1),
  /** A place in code that nobody called a function. */
  LABEL(2);

  private final int rank;

  SymbolKind(int rank) {
    this.rank = rank;
  }

  /** Lower is better. */
  int rank() {
    return rank;
  }
}
