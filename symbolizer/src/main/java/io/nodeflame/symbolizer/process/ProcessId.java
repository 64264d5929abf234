package io.nodeflame.symbolizer.process;

/**
 * One process, never another one that got its pid later.
 *
 * @param pid process id (thread group) as the reader of {@code /proc} sees it
 * @param startTimeTicks start after boot in ticks of 10 ms, field 22 of {@code /proc/PID/stat}
 */
public record ProcessId(int pid, long startTimeTicks) {}
