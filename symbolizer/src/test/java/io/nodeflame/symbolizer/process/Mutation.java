package io.nodeflame.symbolizer.process;

import java.util.Arrays;
import java.util.Random;

/** Damages a copy of some bytes: flips, overwrites, moves and cuts. */
public final class Mutation {
  private static final byte[] NASTY = {0, '\n', ' ', '-', ')', '(', '\t', 'x', '9', 'f', -1, '\\'};

  private Mutation() {}

  public static byte[] of(byte[] original, Random random) {
    byte[] bytes = original.clone();
    int changes = 1 + random.nextInt(6);
    for (int i = 0; i < changes && bytes.length > 0; i++) {
      int at = random.nextInt(bytes.length);
      switch (random.nextInt(5)) {
        case 0 -> bytes[at] ^= (byte) (1 << random.nextInt(8));
        case 1 -> bytes[at] = NASTY[random.nextInt(NASTY.length)];
        case 2 -> bytes[at] = (byte) random.nextInt();
        case 3 -> {
          int from = random.nextInt(bytes.length);
          int length = Math.min(random.nextInt(200), bytes.length - Math.max(at, from));
          System.arraycopy(bytes, from, bytes, at, length);
        }
        default -> {
          if (random.nextInt(8) == 0) {
            bytes = Arrays.copyOf(bytes, at);
          }
        }
      }
    }
    return bytes;
  }
}
