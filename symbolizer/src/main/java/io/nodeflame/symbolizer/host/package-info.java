/**
 * The symbolizer of a running host: processes by {@code /proc}, their files, and the tables of each
 * file, wired together.
 */
@NullMarked
package io.nodeflame.symbolizer.host;

import org.jspecify.annotations.NullMarked;
