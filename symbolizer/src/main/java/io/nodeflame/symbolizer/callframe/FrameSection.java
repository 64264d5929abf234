package io.nodeflame.symbolizer.callframe;

import io.nodeflame.symbolizer.bytes.ByteSource;

/**
 * A section of a file.
 *
 * @param bytes its content, uncompressed
 * @param address its virtual address; 0 for one that is not loaded
 */
public record FrameSection(ByteSource bytes, long address) {}
