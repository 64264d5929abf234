package io.nodeflame.symbolizer.demangle;

/** How much of a mangled name is shown. */
public enum Style {
  /** The name as the linker has it. */
  NONE,
  /**
   * What a flame graph needs: qualified names without parameters, return types, ABI tags, clone
   * suffixes and hashes. Template arguments stay while their list is short, without the standard
   * library's defaults, else they become {@code <...>}.
   */
  SIMPLIFIED,
  /** Everything the name says, in the words of {@code c++filt}. */
  FULL
}
