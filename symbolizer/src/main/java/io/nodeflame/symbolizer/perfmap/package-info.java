/**
 * Names of run-time code from the perf-maps that programs write: lines {@code START SIZE name} in
 * {@code /tmp/perf-PID.map}. Their entries live outside the heap.
 */
@NullMarked
package io.nodeflame.symbolizer.perfmap;

import org.jspecify.annotations.NullMarked;
