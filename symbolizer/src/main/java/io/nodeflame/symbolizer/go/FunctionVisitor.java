package io.nodeflame.symbolizer.go;

/** Receives the functions of a table in ascending order of entry. */
@FunctionalInterface
public interface FunctionVisitor {

  /**
   * One function.
   *
   * @param entry first virtual address
   * @param name as in {@link GoFunction#name()}
   */
  void function(long entry, String name);
}
