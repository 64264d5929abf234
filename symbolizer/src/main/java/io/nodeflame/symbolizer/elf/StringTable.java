package io.nodeflame.symbolizer.elf;

import io.nodeflame.symbolizer.bytes.ByteSource;
import java.io.IOException;
import java.util.Arrays;

/**
 * Names out of a string table, through a few blocks: symbols come nearly in the order of their
 * names, but linkers share tails, which would make one buffer start over at every jump. Not for two
 * threads at once.
 */
final class StringTable {
  private static final int BLOCK_BYTES = 16 * 1024;
  private static final int BLOCKS = 8;

  private final ByteSource source;
  private final byte[][] blocks = new byte[BLOCKS][];
  private final long[] blockNumbers = new long[BLOCKS];

  StringTable(ByteSource source) {
    this.source = source;
    Arrays.fill(blockNumbers, -1);
  }

  /**
   * Copies the bytes up to the next zero byte, the end of the table or of the target.
   *
   * @return the number of bytes, 0 when the offset is outside the table
   */
  int copyName(long offset, byte[] target) throws IOException {
    int length = 0;
    long at = offset;
    while (at >= 0 && at < source.size() && length < target.length) {
      byte[] block = block(at / BLOCK_BYTES);
      int index = (int) (at % BLOCK_BYTES);
      int stop = Math.min(block.length, index + target.length - length);
      int end = index;
      while (end < stop && block[end] != 0) {
        end++;
      }
      System.arraycopy(block, index, target, length, end - index);
      length += end - index;
      at += end - index;
      if (end < block.length) {
        break;
      }
    }
    return length;
  }

  private byte[] block(long number) throws IOException {
    int slot = (int) (number % BLOCKS);
    byte[] block = blocks[slot];
    if (block == null || blockNumbers[slot] != number) {
      long start = number * BLOCK_BYTES;
      int length = (int) Math.min(BLOCK_BYTES, source.size() - start);
      if (block == null || block.length != length) {
        block = new byte[length];
      }
      blockNumbers[slot] = -1;
      source.read(start, block, 0, length);
      blocks[slot] = block;
      blockNumbers[slot] = number;
    }
    return block;
  }
}
