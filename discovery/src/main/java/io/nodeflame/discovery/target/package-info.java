/** From a container's pod to labels, by the rules of the configuration. */
@NullMarked
package io.nodeflame.discovery.target;

import org.jspecify.annotations.NullMarked;
