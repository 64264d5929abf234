/**
 * Brings encoded profiles safely to an endpoint: a bounded queue, a push, and what to do with each
 * answer. The rules are those of Pyroscope 2.2.1; {@code docs/pyroscope.md}, sections 2 to 6.
 */
@NullMarked
package io.nodeflame.collector.delivery;

import org.jspecify.annotations.NullMarked;
