package io.nodeflame.symbolizer;

/**
 * A moment's counts.
 *
 * @param openFiles files of profiled processes held open
 * @param cacheBytes of the symbol cache: indexes, those being written, memory of perf-maps, and
 *     indexes in memory while the directory cannot be written
 * @param cacheFiles indexes in the directory or in memory
 * @param cacheHits indexes found there
 * @param cacheMisses indexes that had to be built
 * @param cacheEvictions indexes removed to stay within the bound
 * @param addressSpaces processes known
 */
public record SymbolizerStatistics(
    int openFiles,
    long cacheBytes,
    int cacheFiles,
    long cacheHits,
    long cacheMisses,
    long cacheEvictions,
    int addressSpaces) {}
