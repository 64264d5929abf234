package io.nodeflame.symbolizer.symbols;

/**
 * A function of a file.
 *
 * @param name as the file has it, still mangled
 * @param start virtual address
 * @param size bytes it covers, never 0
 */
public record Symbol(String name, long start, long size) {}
