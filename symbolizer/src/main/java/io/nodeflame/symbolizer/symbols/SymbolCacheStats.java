package io.nodeflame.symbolizer.symbols;

/**
 * What the cache holds, and what happened since it was opened.
 *
 * @param bytes of all index files, those being written included
 * @param files how many there are
 * @param hits tables that were there
 * @param misses tables that were not
 * @param evictions files deleted to make room
 * @param corrupt files deleted because their content was wrong
 * @param refused tables not kept because the files in use leave no room
 */
public record SymbolCacheStats(
    long bytes, int files, long hits, long misses, long evictions, long corrupt, long refused) {}
