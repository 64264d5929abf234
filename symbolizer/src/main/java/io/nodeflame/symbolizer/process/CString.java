package io.nodeflame.symbolizer.process;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Paths as the kernel takes them. */
final class CString {
  /** {@code PATH_MAX} of the kernel, with the final zero. */
  private static final int MAX_BYTES = 4096;

  private CString() {}

  static byte[] of(String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    return Arrays.copyOf(bytes, bytes.length + 1);
  }

  /** False for a path that the kernel would misread or refuse. */
  static boolean isPath(String text) {
    return !text.isEmpty()
        && text.length() < MAX_BYTES
        && text.indexOf('\0') < 0
        && text.getBytes(StandardCharsets.UTF_8).length < MAX_BYTES;
  }
}
