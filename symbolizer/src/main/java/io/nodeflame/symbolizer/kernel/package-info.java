/** Names of kernel code: the kernel, its modules, BPF programs. */
@NullMarked
package io.nodeflame.symbolizer.kernel;

import org.jspecify.annotations.NullMarked;
