/**
 * From records in the ring to profiles of targets: drain and collapse on the sampling thread,
 * resolve, symbolize and close windows on the collecting thread.
 */
@NullMarked
package io.nodeflame.collector.collection;

import org.jspecify.annotations.NullMarked;
