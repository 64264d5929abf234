/**
 * Whether the cluster lets this node's daemon read what it needs: for people, not for the daemon.
 */
@NullMarked
package io.nodeflame.discovery.probe;

import org.jspecify.annotations.NullMarked;
