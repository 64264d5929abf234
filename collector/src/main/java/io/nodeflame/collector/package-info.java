@NullMarked
package io.nodeflame.collector;

import org.jspecify.annotations.NullMarked;
