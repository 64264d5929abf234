/**
 * Call frame rows: for an address of a file, where the caller's registers are ({@code .eh_frame},
 * {@code .debug_frame}; DWARF 5 chapter 6.4, Linux Standard Base 5 chapter 10.6).
 */
@NullMarked
package io.nodeflame.symbolizer.callframe;

import org.jspecify.annotations.NullMarked;
