/**
 * The sampler in the kernel and its Java face. {@link StackSampler} is what the rest of the program
 * sees; {@link PerfEventSampler} is the one that runs. Records are read in place from the ring
 * buffer's memory, through {@link SampleView} and {@link ImageView}.
 */
@NullMarked
package io.nodeflame.bpf;

import org.jspecify.annotations.NullMarked;
