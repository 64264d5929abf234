package io.nodeflame.symbolizer.process;

/** Device numbers as {@code st_dev} has them: 64 bits, packed like the C library's makedev(3). */
public final class Device {
  private Device() {}

  public static long number(long major, long minor) {
    return (minor & 0xff) | (major & 0xfff) << 8 | (minor & ~0xffL) << 12 | (major & ~0xfffL) << 32;
  }

  static long major(long device) {
    return (device >>> 8 & 0xfff) | (device >>> 32 & ~0xfffL);
  }

  /**
   * Whether both may be the device of one file. Overlay file systems and btrfs have anonymous
   * devices (major 0), and there the mapping and stat disagree; the inode then has to decide.
   */
  static boolean mayBeSame(long mapped, long stat) {
    return mapped == stat || major(mapped) == 0 || major(stat) == 0;
  }
}
