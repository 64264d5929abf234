package io.nodeflame.symbolizer;

/**
 * A moment's counts.
 *
 * @param openFiles files of profiled processes held open
 * @param cacheBytes size of the cache directory
 * @param cacheFiles indexes in it
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
