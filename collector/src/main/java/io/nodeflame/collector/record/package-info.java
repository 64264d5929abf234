/** One recording of some seconds, for {@code nodeflame record}. */
@NullMarked
package io.nodeflame.collector.record;

import org.jspecify.annotations.NullMarked;
