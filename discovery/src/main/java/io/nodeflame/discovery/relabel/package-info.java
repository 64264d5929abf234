/** Relabelling: rules that keep, drop and rewrite the labels of a target, as in Prometheus. */
@NullMarked
package io.nodeflame.discovery.relabel;

import org.jspecify.annotations.NullMarked;
