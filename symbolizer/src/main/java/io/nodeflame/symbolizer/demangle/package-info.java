/** Linker names to names for people: Itanium C++ and both Rust manglings. */
@NullMarked
package io.nodeflame.symbolizer.demangle;

import org.jspecify.annotations.NullMarked;
