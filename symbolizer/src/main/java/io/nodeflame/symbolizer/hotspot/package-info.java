/**
 * The HotSpot Java machine from outside: how its frames are walked and what its methods are called,
 * by the tables that {@code libjvm.so} exports for tools ({@code gHotSpotVMStructs} and its like)
 * and by reads of the process's memory. Nothing is asked of the process. All of it is hostile input
 * with a bound for every size, count, depth and string.
 */
@NullMarked
package io.nodeflame.symbolizer.hotspot;

import org.jspecify.annotations.NullMarked;
