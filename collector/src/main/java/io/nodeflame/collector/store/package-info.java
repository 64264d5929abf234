/** Recent profiles on this node's disk, and the questions that the page and the query API ask. */
@NullMarked
package io.nodeflame.collector.store;

import org.jspecify.annotations.NullMarked;
