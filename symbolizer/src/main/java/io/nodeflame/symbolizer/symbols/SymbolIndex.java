package io.nodeflame.symbolizer.symbols;

import io.nodeflame.symbolizer.UnnamedReason;
import io.nodeflame.symbolizer.bytes.ByteSource;
import io.nodeflame.symbolizer.bytes.MalformedException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import java.util.zip.CRC32;
import org.jspecify.annotations.Nullable;

/**
 * An index, searched where it lies: a look-up makes a read or two of up to 3 KiB. When they cannot
 * be read any more nothing is found, and the reason says so. Safe for many threads.
 */
final class SymbolIndex implements SymbolTable {
  private static final int CHECK_BYTES = 32 * 1024;

  /** So many are read at once: one read of 3 KiB costs little more than one of 24 bytes. */
  private static final int WINDOW_ENTRIES = 128;

  private static final int NAME_PIECE_BYTES = 128;

  /** Starts that are kept, since each step of a search costs a read. Few files have so many. */
  private static final int MAX_SAMPLES = 512;

  private final ByteSource bytes;
  private final boolean complete;
  private final int count;
  private final long entriesAt;

  /** Start of every so many-th entry. */
  private final long[] samples;

  private final int sampleDistance;
  private volatile boolean hasFailed;

  /** An entry that covers an address, at a place among entries that were read. */
  private record Found(int index, ByteBuffer entries, int place) {}

  private SymbolIndex(ByteSource bytes, ByteBuffer header) {
    this.bytes = bytes;
    this.complete = header.getInt(IndexFormat.COMPLETE_AT) != 0;
    this.count = header.getInt(IndexFormat.COUNT_AT);
    this.entriesAt = header.getLong(IndexFormat.ENTRIES_AT);
    this.sampleDistance = Math.max(WINDOW_ENTRIES, count / MAX_SAMPLES + 1);
    this.samples = new long[(int) ((count + sampleDistance - 1L) / sampleDistance)];
  }

  /**
   * Checks and opens an index file.
   *
   * @throws MalformedException when it is of another version, cut, or changed
   * @throws IOException when it cannot be opened or read, which says nothing of its content
   */
  static SymbolIndex open(Path path, IndexChannels channels) throws IOException {
    IndexFile file = IndexFile.open(path, channels);
    boolean isGood = false;
    try {
      ByteBuffer header = header(file);
      SymbolIndex index = new SymbolIndex(file, header);
      index.check(header);
      isGood = true;
      return index;
    } finally {
      if (!isGood) {
        file.close();
      }
    }
  }

  /** An index in memory, as the writer left it: its checksum is not asked for. */
  static SymbolIndex of(ByteBuffer memory) {
    SymbolIndex index = new SymbolIndex(new BufferBytes(memory), memory);
    for (int i = 0; i < index.samples.length; i++) {
      index.samples[i] = memory.getLong((int) index.sampleAt(i));
    }
    return index;
  }

  private static ByteBuffer header(ByteSource file) throws IOException {
    long size = file.size();
    if (size > Integer.MAX_VALUE) {
      throw new MalformedException("a symbol index of " + size + " bytes");
    }
    ByteBuffer header = read(file, 0, IndexFormat.HEADER_BYTES);
    long entriesAt = header.getLong(IndexFormat.ENTRIES_AT);
    long count = header.getInt(IndexFormat.COUNT_AT);
    if (header.getLong(IndexFormat.MAGIC_AT) != IndexFormat.MAGIC
        || header.getInt(IndexFormat.VERSION_AT) != IndexFormat.VERSION
        || count < 0
        || entriesAt < IndexFormat.HEADER_BYTES
        || entriesAt % Long.BYTES != 0
        || entriesAt + count * IndexFormat.ENTRY_BYTES != size) {
      throw new MalformedException("not a symbol index of version " + IndexFormat.VERSION);
    }
    return header;
  }

  /** Reads the whole file once, and keeps samples of it. */
  private void check(ByteBuffer header) throws IOException {
    CRC32 crc = new CRC32();
    ByteBuffer piece = ByteBuffer.allocate(CHECK_BYTES).order(ByteOrder.LITTLE_ENDIAN);
    long size = bytes.size();
    int sample = 0;
    for (long at = IndexFormat.HEADER_BYTES; at < size; at += CHECK_BYTES) {
      int length = (int) Math.min(CHECK_BYTES, size - at);
      bytes.read(at, piece.array(), 0, length);
      crc.update(piece.array(), 0, length);
      for (; sample < samples.length && sampleAt(sample) < at + length; sample++) {
        samples[sample] = piece.getLong((int) (sampleAt(sample) - at)); // all of it: aligned
      }
    }
    int expected = header.getInt(IndexFormat.CRC_AT);
    crc.update(header.putInt(IndexFormat.CRC_AT, 0).rewind());
    if ((int) crc.getValue() != expected) {
      throw new MalformedException("a symbol index with a wrong checksum");
    }
  }

  private long sampleAt(int sample) {
    return entriesAt
        + (long) sample * sampleDistance * IndexFormat.ENTRY_BYTES
        + IndexFormat.START_AT;
  }

  private static ByteBuffer read(ByteSource source, long offset, int length) throws IOException {
    byte[] bytes = new byte[length];
    source.read(offset, bytes, 0, length);
    return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }

  /** True when the symbols came from a {@code .symtab}: there is nothing better to look for. */
  boolean isComplete() {
    return complete;
  }

  /** Whether it could not be read once. */
  boolean hasFailed() {
    return hasFailed;
  }

  /** Size of the file, or of the file that it would be. */
  long bytes() {
    return entriesAt + (long) count * IndexFormat.ENTRY_BYTES;
  }

  /** The file has another name now. */
  void movedTo(Path path) {
    if (bytes instanceof IndexFile file) {
      file.movedTo(path);
    }
  }

  @Override
  public int count() {
    return count;
  }

  @Override
  public int indexOf(long address) {
    try {
      Found found = search(address);
      return found == null ? -1 : found.index();
    } catch (IOException e) {
      hasFailed = true;
      return -1;
    }
  }

  @Override
  public Optional<Symbol> find(long address) {
    try {
      Found found = search(address);
      return found == null ? Optional.empty() : Optional.of(symbol(found.entries(), found.place()));
    } catch (IOException e) {
      hasFailed = true;
      return Optional.empty();
    }
  }

  private @Nullable Found search(long address) throws IOException {
    int sample = samples.length - 1;
    while (sample >= 0 && Long.compareUnsigned(samples[sample], address) > 0) {
      sample--;
    }
    if (sample < 0) {
      return null;
    }
    int low = sample * sampleDistance;
    int high = Math.min(count, low + sampleDistance);
    while (high - low > WINDOW_ENTRIES) {
      int middle = (low + high) >>> 1;
      if (Long.compareUnsigned(start(entries(middle, 1), 0), address) <= 0) {
        low = middle;
      } else {
        high = middle;
      }
    }
    ByteBuffer window = entries(low, high - low);
    int index = high - 1;
    while (index > low && Long.compareUnsigned(start(window, index - low), address) > 0) {
      index--;
    }
    return covering(address, index, window, index - low);
  }

  /** The entry at or around another that covers the address. */
  private @Nullable Found covering(long address, int first, ByteBuffer window, int place)
      throws IOException {
    int index = first;
    ByteBuffer entries = window;
    int at = place;
    for (int steps = 0; steps < IndexFormat.MAX_NESTING; steps++) {
      if (Long.compareUnsigned(address - start(entries, at), size(entries, at)) < 0) {
        return new Found(index, entries, at);
      }
      index = entries.getInt(at * IndexFormat.ENTRY_BYTES + IndexFormat.PARENT_AT);
      if (index < 0) {
        return null;
      }
      entries = entries(index, 1);
      at = 0;
    }
    return null;
  }

  @Override
  public Optional<Symbol> symbol(int index) {
    if (index < 0 || index >= count) {
      throw new IndexOutOfBoundsException(index);
    }
    try {
      return Optional.of(symbol(entries(index, 1), 0));
    } catch (IOException e) {
      hasFailed = true;
      return Optional.empty();
    }
  }

  private Symbol symbol(ByteBuffer entries, int place) throws IOException {
    String name = name(entries.getInt(place * IndexFormat.ENTRY_BYTES + IndexFormat.NAME_AT));
    return new Symbol(name, start(entries, place), size(entries, place));
  }

  private String name(long from) throws IOException {
    byte[] name = new byte[0];
    while (true) {
      int known = name.length;
      int more = (int) Math.min(Math.max(NAME_PIECE_BYTES, known), entriesAt - from - known);
      if (from < IndexFormat.HEADER_BYTES || more <= 0) {
        throw new MalformedException("a symbol's name without an end");
      }
      name = Arrays.copyOf(name, known + more);
      bytes.read(from + known, name, known, more);
      for (int end = known; end < name.length; end++) {
        if (name[end] == 0) {
          return new String(name, 0, end, StandardCharsets.UTF_8);
        }
      }
    }
  }

  @Override
  public UnnamedReason unnamedReason() {
    if (hasFailed) {
      return UnnamedReason.CACHE_FAILED;
    }
    return count == 0 ? UnnamedReason.NO_SYMBOLS : UnnamedReason.NO_SYMBOL_AT_ADDRESS;
  }

  @Override
  public void close() {
    if (bytes instanceof IndexFile file) {
      file.close();
    }
  }

  /** Entries that follow each other. What is in them may have changed since it was checked. */
  private ByteBuffer entries(int first, int number) throws IOException {
    if (first < 0 || first > count - number) {
      throw new MalformedException("a symbol that is not in the index");
    }
    return read(
        bytes,
        entriesAt + (long) first * IndexFormat.ENTRY_BYTES,
        number * IndexFormat.ENTRY_BYTES);
  }

  private static long start(ByteBuffer entries, int place) {
    return entries.getLong(place * IndexFormat.ENTRY_BYTES + IndexFormat.START_AT);
  }

  private static long size(ByteBuffer entries, int place) {
    return entries.getInt(place * IndexFormat.ENTRY_BYTES + IndexFormat.SIZE_AT) & 0xffff_ffffL;
  }
}
