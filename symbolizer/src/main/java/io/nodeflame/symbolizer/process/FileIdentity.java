package io.nodeflame.symbolizer.process;

/**
 * One content of one file: the key of caches for files without a build ID. Taken from the open
 * file, never from text of a process.
 *
 * @param device st_dev
 * @param inode unsigned
 * @param size bytes
 * @param modifiedNanos time of last modification since 1970; it wraps after the year 2262
 */
public record FileIdentity(long device, long inode, long size, long modifiedNanos) {

  /** The same file, whatever its content is by now. */
  public boolean isSameFile(FileIdentity other) {
    return device == other.device && inode == other.inode;
  }

  /** Stable text for the names of cache files: four hex numbers joined by {@code -}. */
  public String key() {
    return Long.toHexString(device)
        + '-'
        + Long.toHexString(inode)
        + '-'
        + Long.toHexString(size)
        + '-'
        + Long.toHexString(modifiedNanos);
  }
}
