package io.nodeflame.symbolizer.callframe;

/**
 * What several functions' entries share (CIE).
 *
 * @param codeFactor unit of address advances in bytes
 * @param dataFactor unit of stack offsets in bytes, usually negative
 * @param returnRegister DWARF number of the column for the return address
 * @param encoding of the addresses in the functions' entries, see {@link PointerEncoding}
 * @param hasAugmentation whether functions' entries hold augmentation bytes, with their length
 * @param initial the row that every function begins with
 */
record CommonEntry(
    long codeFactor,
    long dataFactor,
    int returnRegister,
    int encoding,
    boolean hasAugmentation,
    FrameRow initial) {}
