@NullMarked
package io.nodeflame.bpf;

import org.jspecify.annotations.NullMarked;
