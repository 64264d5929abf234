/** From a process to its target: the labels that its samples are delivered with. */
@NullMarked
package io.nodeflame.discovery;

import org.jspecify.annotations.NullMarked;
