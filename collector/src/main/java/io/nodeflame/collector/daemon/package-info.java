/** Wires the daemon by hand: one place where everything is made, started, read and closed. */
@NullMarked
package io.nodeflame.collector.daemon;

import org.jspecify.annotations.NullMarked;
