@NullMarked
package io.nodeflame.symbolizer;

import org.jspecify.annotations.NullMarked;
