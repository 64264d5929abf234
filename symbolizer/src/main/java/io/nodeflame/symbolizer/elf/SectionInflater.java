package io.nodeflame.symbolizer.elf;

import io.nodeflame.symbolizer.bytes.ByteSource;
import io.nodeflame.symbolizer.bytes.MalformedException;
import java.io.IOException;
import java.io.OutputStream;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

/** Unpacks a section with {@code SHF_COMPRESSED}, of zlib's format, piece by piece. */
final class SectionInflater {
  private static final int PIECE_BYTES = 16 * 1024;
  private static final int TYPE_ZLIB = 1;

  /** Deflate cannot do better than 1032 : 1; a header that says so lies. */
  private static final long MAX_RATIO = 1040;

  private final ByteSource stored;
  private final long start;
  private final long inflatedBytes;

  SectionInflater(ByteSource stored, ElfHeader header) throws IOException {
    ElfWords words = new ElfWords(stored, header.order(), header.wide());
    int type = words.i32(0);
    if (type != TYPE_ZLIB) {
      throw new MalformedException("compression of type " + type + " is not supported");
    }
    this.stored = stored;
    this.start = header.wide() ? 24 : 12;
    this.inflatedBytes = words.word(header.wide() ? 8 : 4);
    if (start > stored.size()
        || inflatedBytes < 0
        || inflatedBytes / MAX_RATIO > stored.size() - start) {
      throw new MalformedException("compressed section says a size that it cannot hold");
    }
  }

  long inflatedBytes() {
    return inflatedBytes;
  }

  void inflateTo(OutputStream target) throws IOException {
    Inflater inflater = new Inflater();
    try {
      inflate(inflater, target);
    } catch (DataFormatException e) {
      throw new MalformedException("compressed section is not valid zlib");
    } finally {
      inflater.end();
    }
  }

  private void inflate(Inflater inflater, OutputStream target)
      throws IOException, DataFormatException {
    byte[] packed = new byte[PIECE_BYTES];
    byte[] piece = new byte[PIECE_BYTES];
    long next = start;
    long done = 0;
    while (done < inflatedBytes) {
      int length = inflater.inflate(piece);
      done += length;
      if (done > inflatedBytes) {
        throw new MalformedException("compressed section is longer than it says");
      }
      target.write(piece, 0, length);
      if (length == 0) {
        if (!inflater.needsInput() || next == stored.size()) {
          throw new MalformedException("compressed section ends early");
        }
        int count = (int) Math.min(packed.length, stored.size() - next);
        stored.read(next, packed, 0, count);
        inflater.setInput(packed, 0, count);
        next += count;
      }
    }
  }
}
