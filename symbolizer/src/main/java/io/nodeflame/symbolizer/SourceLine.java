package io.nodeflame.symbolizer;

/**
 * A function and where in its source the address belongs.
 *
 * @param function readable name, never empty
 * @param file source file, empty when unknown
 * @param line line number from 1, 0 when unknown
 */
public record SourceLine(String function, String file, int line) {}
