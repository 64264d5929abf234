/** The whole pipeline, from the kernel's perf event to the decoded profile, on real programs. */
@NullMarked
package io.nodeflame.collector.truth;

import org.jspecify.annotations.NullMarked;
