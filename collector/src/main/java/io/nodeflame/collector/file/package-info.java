/** Files that users name. */
@NullMarked
package io.nodeflame.collector.file;

import org.jspecify.annotations.NullMarked;
