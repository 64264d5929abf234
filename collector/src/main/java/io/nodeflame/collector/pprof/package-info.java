/**
 * Counted stacks to pprof bytes and back.
 *
 * <p>The rules that the bytes obey are those of Pyroscope 2.2.1 and of google/pprof; the project's
 * {@code docs/pyroscope.md}, sections 4 to 7, lists them.
 */
@NullMarked
package io.nodeflame.collector.pprof;

import org.jspecify.annotations.NullMarked;
