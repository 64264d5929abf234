package io.nodeflame.symbolizer.symbols;

/**
 * The sort order of symbols under construction, as three longs that compare unsigned, one after the
 * other: start; size (the largest first, unknown last) with the preference of the name; offset of
 * the name with the limit. Equal addresses thus come with the enclosing symbol first and, of equal
 * sizes, the best name first; the order of arrival decides the rest.
 */
final class SymbolRecords {
  static final int LONGS = 3;
  static final int BYTES = LONGS * Long.BYTES;

  private static final long LOW = 0xffff_ffffL;
  private static final long MAX_SIZE = 0xffff_fffeL;
  private static final int MAX_COUNTED_LENGTH = 0xfff;

  private SymbolRecords() {}

  /** Whether a symbol has a name and covers anything. */
  static boolean isUsable(long start, long limit, int nameLength) {
    return nameLength > 0 && Long.compareUnsigned(start, limit) < 0;
  }

  /** The most bytes that a symbol can cover. */
  static long reach(long start, long limit) {
    return unsignedMin(limit - start, MAX_SIZE);
  }

  static long sizeAndPreference(long size, long reach, int preference) {
    return (LOW - unsignedMin(size, reach)) << 32 | preference;
  }

  static long size(long sizeAndPreference) {
    return LOW - (sizeAndPreference >>> 32);
  }

  static long nameAndReach(long nameOffset, long reach) {
    return nameOffset << 32 | reach;
  }

  static long nameOffset(long nameAndReach) {
    return nameAndReach >>> 32;
  }

  /** The most bytes that a symbol without a size can cover. */
  static long reach(long nameAndReach) {
    return nameAndReach & LOW;
  }

  /** Lower is better: visible functions, then fewer leading underscores, then shorter names. */
  static int preference(SymbolKind kind, byte[] name, int length) {
    int underscores = 0;
    while (underscores < Math.min(length, 3) && name[underscores] == '_') {
      underscores++;
    }
    boolean mangled = underscores == 1 && length > 1 && (name[1] == 'Z' || name[1] == 'R');
    return kind.rank() << 16
        | (mangled ? 0 : underscores) << 12
        | Math.min(length, MAX_COUNTED_LENGTH);
  }

  private static long unsignedMin(long left, long right) {
    return Long.compareUnsigned(left, right) < 0 ? left : right;
  }

  static int compare(long a0, long a1, long a2, long b0, long b1, long b2) {
    int order = Long.compareUnsigned(a0, b0);
    if (order == 0) {
      order = Long.compareUnsigned(a1, b1);
    }
    return order != 0 ? order : Long.compareUnsigned(a2, b2);
  }
}
