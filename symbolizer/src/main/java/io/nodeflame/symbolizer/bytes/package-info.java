/** Checked access to bytes that nobody vouches for. */
@NullMarked
package io.nodeflame.symbolizer.bytes;

import org.jspecify.annotations.NullMarked;
