/**
 * From virtual addresses of ELF files to raw symbol names, by index files in a bounded directory.
 */
@NullMarked
package io.nodeflame.symbolizer.symbols;

import org.jspecify.annotations.NullMarked;
