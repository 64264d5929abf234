/**
 * Names, source positions and stack depths of Go functions, read on demand from the table that
 * every Go binary carries for its own runtime, stripped or not.
 */
@NullMarked
package io.nodeflame.symbolizer.go;

import org.jspecify.annotations.NullMarked;
