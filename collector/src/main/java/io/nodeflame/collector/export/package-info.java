/** Profiles as files for people: folded text, pprof, and a page with a flame graph. */
@NullMarked
package io.nodeflame.collector.export;

import org.jspecify.annotations.NullMarked;
