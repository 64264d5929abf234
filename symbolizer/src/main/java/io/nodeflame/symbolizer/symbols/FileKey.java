package io.nodeflame.symbolizer.symbols;

import java.util.Locale;

/**
 * Names a file's content: by its build ID, else by what identifies the file on this node.
 *
 * @param text lower-case letters, digits and dashes; usable as a file name
 */
public record FileKey(String text) {
  private static final int MIN_BUILD_ID_DIGITS = 8;
  private static final int MAX_BUILD_ID_DIGITS = 128;
  private static final int MAX_LENGTH = 160;

  public FileKey {
    if (text.isEmpty() || text.length() > MAX_LENGTH || !text.chars().allMatch(FileKey::isPlain)) {
      throw new IllegalArgumentException("not a file key: " + text);
    }
  }

  /**
   * The key of a file with a build ID and its size, else of device, inode, size and modification
   * time. Anybody can give a file a build ID; with the size, a forged one has to match more than a
   * note, and a stripped copy is not taken for the whole one. A copy of the same size with other
   * names is believed: proving it wrong means to read all its symbols at each look-up, by a hash
   * that cannot be forged, and those of the debug file in its container, which has the same build
   * ID.
   *
   * @param buildId lower-case hex, empty for none; one too short to be unique, or too long for a
   *     file name, is not used
   */
  public static FileKey of(
      String buildId, long device, long inode, long sizeBytes, long modifiedNanos) {
    return buildId.length() >= MIN_BUILD_ID_DIGITS && buildId.length() <= MAX_BUILD_ID_DIGITS
        ? new FileKey("b-" + buildId.toLowerCase(Locale.ROOT) + "-" + Long.toHexString(sizeBytes))
        : ofFile(device, inode, sizeBytes, modifiedNanos);
  }

  public static FileKey ofBuildId(String hex) {
    return new FileKey("b-" + hex.toLowerCase(Locale.ROOT));
  }

  public static FileKey ofFile(long device, long inode, long sizeBytes, long modifiedNanos) {
    return new FileKey(
        String.format(Locale.ROOT, "f-%x-%x-%x-%x", device, inode, sizeBytes, modifiedNanos));
  }

  private static boolean isPlain(int c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-';
  }
}
