package io.nodeflame.symbolizer;

/**
 * What the kernel says of a process's executable.
 *
 * @param name last component of its path
 * @param deviceMajor as in {@code /proc/PID/maps}
 * @param startCode address of its first code segment in the process
 */
public record ExecutableIdentity(
    String name, int deviceMajor, int deviceMinor, long inode, long startCode) {}
