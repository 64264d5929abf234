/** The pods of this node: what is kept of each, and which one a container belongs to. */
@NullMarked
package io.nodeflame.discovery.pod;

import org.jspecify.annotations.NullMarked;
