/** Targets by what the host itself shows: its processes and its cgroup tree. */
@NullMarked
package io.nodeflame.discovery.host;

import org.jspecify.annotations.NullMarked;
