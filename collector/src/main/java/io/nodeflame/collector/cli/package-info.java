/** The program {@code nodeflame}: its commands, exit codes and messages. */
@NullMarked
package io.nodeflame.collector.cli;

import org.jspecify.annotations.NullMarked;
