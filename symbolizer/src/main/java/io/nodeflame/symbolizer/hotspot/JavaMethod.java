package io.nodeflame.symbolizer.hotspot;

/**
 * A method as it is shown.
 *
 * @param name class, method and parameter types, such as {@code java.util.HashMap.put(Object,
 *     Object)}
 * @param file source file without a directory, empty when the class does not name it
 * @param codeBytes of its bytecode; 0 for a native method
 * @param lines address of its line table, 0 for none
 * @param lineBytes at most so many
 */
record JavaMethod(String name, String file, int codeBytes, long lines, int lineBytes) {}
