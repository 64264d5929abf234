package io.nodeflame.symbolizer.elf;

/**
 * A defined symbol of any type.
 *
 * @param name as in the file, without a symbol version
 * @param address virtual address; for {@code STT_TLS} the offset in the module's thread storage
 * @param size bytes, 0 when the file does not say
 * @param type {@code ELF_ST_TYPE}, such as {@link #TYPE_OBJECT}
 */
public record ElfSymbol(String name, long address, long size, int type) {
  public static final int TYPE_NONE = 0;
  public static final int TYPE_OBJECT = 1;
  public static final int TYPE_FUNCTION = 2;
  public static final int TYPE_SECTION = 3;
  public static final int TYPE_FILE = 4;
  public static final int TYPE_TLS = 6;
  public static final int TYPE_GNU_IFUNC = 10;
}
