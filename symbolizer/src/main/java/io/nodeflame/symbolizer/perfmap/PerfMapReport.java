package io.nodeflame.symbolizer.perfmap;

import io.nodeflame.symbolizer.process.FileRefusal;
import java.util.Optional;

/**
 * The state of one process's perf-map. Counts are totals since the start.
 *
 * @param refusal why it was refused, when it was
 * @param entries names that can be found now
 * @param bytesRead read, rewritten files included
 * @param skippedBytes in the middle of files larger than may be read
 * @param malformedLines lines that are no entry
 * @param cutLines lines longer than 4,096 bytes, whose rest was ignored
 * @param droppedEntries entries for which there was no room
 * @param exhausted what may be read for this process is used up; what it writes now is not seen
 * @param more the next refresh goes on with what this one had no time for
 */
public record PerfMapReport(
    PerfMapState state,
    Optional<FileRefusal> refusal,
    int entries,
    long bytesRead,
    long skippedBytes,
    long malformedLines,
    long cutLines,
    long droppedEntries,
    boolean exhausted,
    boolean more) {}
