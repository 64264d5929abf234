package io.nodeflame.symbolizer.demangle;

/** RFC 3492, as Rust's v0 mangling writes it: the separator is an underscore. */
final class Punycode {
  private static final int MAX_LENGTH = 512;

  private Punycode() {}

  static String decode(String encoded) {
    int separator = encoded.lastIndexOf('_');
    String ascii = separator < 0 ? "" : encoded.substring(0, separator);
    if (encoded.length() > MAX_LENGTH) {
      throw new NotMangledException();
    }
    int[] points = new int[encoded.length() + 1];
    int count = 0;
    for (; count < ascii.length(); count++) {
      points[count] = ascii.charAt(count);
    }
    int codePoint = 128;
    int bias = 72;
    int index = 0;
    int position = separator + 1;
    boolean isFirst = true;
    while (position < encoded.length()) {
      int before = index;
      int weight = 1;
      for (int k = 36; ; k += 36) {
        int digit = position < encoded.length() ? digit(encoded.charAt(position++)) : -1;
        if (digit < 0 || digit > (Integer.MAX_VALUE - index) / weight) {
          throw new NotMangledException();
        }
        index += digit * weight;
        int threshold = Math.min(Math.max(k - bias, 1), 26);
        if (digit < threshold) {
          break;
        }
        if (weight > Integer.MAX_VALUE / 36) {
          throw new NotMangledException();
        }
        weight *= 36 - threshold;
      }
      count++;
      bias = adapt(index - before, count, isFirst);
      isFirst = false;
      codePoint += index / count;
      index %= count;
      if (!Character.isValidCodePoint(codePoint) || count > encoded.length()) {
        throw new NotMangledException();
      }
      System.arraycopy(points, index, points, index + 1, count - 1 - index);
      points[index++] = codePoint;
    }
    return new String(points, 0, count);
  }

  /** RFC 3492 has a..z, 0..9; the RFC of Rust maps the digits to A..J, compilers write both. */
  private static int digit(char c) {
    if (c >= 'a' && c <= 'z') {
      return c - 'a';
    }
    if (c >= 'A' && c <= 'J') {
      return c - 'A' + 26;
    }
    return MangledText.isDigit(c) ? c - '0' + 26 : -1;
  }

  private static int adapt(int delta, int count, boolean isFirst) {
    int scaled = isFirst ? delta / 700 : delta / 2;
    scaled += scaled / count;
    int k = 0;
    while (scaled > 455) {
      scaled /= 35;
      k += 36;
    }
    return k + 36 * scaled / (scaled + 38);
  }
}
