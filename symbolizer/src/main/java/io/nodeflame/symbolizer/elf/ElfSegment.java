package io.nodeflame.symbolizer.elf;

/**
 * One program header. Numbers are as the file says them.
 *
 * @param type {@code p_type}
 * @param flags {@code p_flags}
 * @param offset bytes from the start of the file
 * @param address virtual address
 * @param fileSize bytes in the file
 * @param memorySize bytes in memory
 * @param alignment bytes
 */
public record ElfSegment(
    int type,
    int flags,
    long offset,
    long address,
    long fileSize,
    long memorySize,
    long alignment) {
  public static final int TYPE_LOAD = 1;
  public static final int TYPE_DYNAMIC = 2;
  public static final int TYPE_NOTE = 4;
  public static final int TYPE_TLS = 7;
  public static final int TYPE_GNU_EH_FRAME = 0x6474_e550;

  private static final int FLAG_EXECUTABLE = 1;
  private static final int FLAG_WRITABLE = 2;

  public boolean isLoaded() {
    return type == TYPE_LOAD;
  }

  public boolean isExecutable() {
    return (flags & FLAG_EXECUTABLE) != 0;
  }

  public boolean isWritable() {
    return (flags & FLAG_WRITABLE) != 0;
  }

  boolean containsFileOffset(long fileOffset) {
    return Long.compareUnsigned(fileOffset - offset, fileSize) < 0;
  }

  boolean containsStoredAddress(long virtualAddress) {
    return Long.compareUnsigned(virtualAddress - address, fileSize) < 0;
  }
}
