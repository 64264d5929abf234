/**
 * What the kernel side needs to unwind code without frame pointers: the call frame rows of a file
 * as a sorted array, and the rules that they name.
 */
@NullMarked
package io.nodeflame.symbolizer.unwind;

import org.jspecify.annotations.NullMarked;
