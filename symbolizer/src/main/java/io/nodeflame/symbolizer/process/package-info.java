/**
 * What {@code /proc} says about a process, and its files and memory, opened without trusting it.
 * Processes are named by pid and start time; their text, names, links and files are hostile.
 */
@NullMarked
package io.nodeflame.symbolizer.process;

import org.jspecify.annotations.NullMarked;
