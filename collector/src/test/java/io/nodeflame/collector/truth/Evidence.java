package io.nodeflame.collector.truth;

import java.util.Locale;

/** Prints measured numbers, so that a passed test shows by how much. */
final class Evidence {
  private Evidence() {}

  static void print(String format, Object... values) {
    System.out.println(String.format(Locale.ROOT, format, values));
  }
}
