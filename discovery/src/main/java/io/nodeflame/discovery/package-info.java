@NullMarked
package io.nodeflame.discovery;

import org.jspecify.annotations.NullMarked;
