/** Control groups: which container or systemd unit a process belongs to, from text and inodes. */
@NullMarked
package io.nodeflame.discovery.cgroup;

import org.jspecify.annotations.NullMarked;
