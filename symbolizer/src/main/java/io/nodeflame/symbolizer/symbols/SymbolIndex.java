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

/**
 * An index, searched where it lies: a look-up reads a few hundred bytes. When they cannot be read
 * any more nothing is found, and the reason says so. Safe for many threads.
 */
final class SymbolIndex implements SymbolTable {
  private static final int CHECK_BYTES = 32 * 1024;

  /** So many are read at once when the search has come so near. */
  private static final int WINDOW_ENTRIES = 40;

  private static final int NAME_PIECE_BYTES = 128;

  /** Starts that are kept, since each step of a search costs a read. */
  private static final int MAX_SAMPLES = 64;

  private final ByteSource bytes;
  private final boolean complete;
  private final int count;
  private final long entriesAt;

  /** Start of every so many-th entry. */
  private final long[] samples;

  private final int sampleDistance;
  private volatile boolean hasFailed;

  private SymbolIndex(ByteSource bytes, ByteBuffer header) throws IOException {
    this.bytes = bytes;
    this.complete = header.getInt(IndexFormat.COMPLETE_AT) != 0;
    this.count = header.getInt(IndexFormat.COUNT_AT);
    this.entriesAt = header.getLong(IndexFormat.ENTRIES_AT);
    this.sampleDistance = Math.max(WINDOW_ENTRIES, count / MAX_SAMPLES + 1);
    this.samples = new long[(int) ((count + sampleDistance - 1L) / sampleDistance)];
    for (int i = 0; i < samples.length; i++) {
      samples[i] = start(entries(i * sampleDistance, 1), 0);
    }
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
      SymbolIndex index = new SymbolIndex(file, check(file));
      isGood = true;
      return index;
    } finally {
      if (!isGood) {
        file.close();
      }
    }
  }

  /** An index in memory, as the writer left it: its checksum is not asked for. */
  static SymbolIndex of(ByteBuffer memory) throws IOException {
    return new SymbolIndex(new BufferBytes(memory), memory);
  }

  /** Reads the whole file once and returns its header. */
  private static ByteBuffer check(ByteSource file) throws IOException {
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
        || entriesAt + count * IndexFormat.ENTRY_BYTES != size) {
      throw new MalformedException("not a symbol index of version " + IndexFormat.VERSION);
    }
    CRC32 crc = new CRC32();
    byte[] piece = new byte[CHECK_BYTES];
    for (long at = IndexFormat.HEADER_BYTES; at < size; at += piece.length) {
      int length = (int) Math.min(piece.length, size - at);
      file.read(at, piece, 0, length);
      crc.update(piece, 0, length);
    }
    int expected = header.getInt(IndexFormat.CRC_AT);
    crc.update(header.putInt(IndexFormat.CRC_AT, 0).array());
    if ((int) crc.getValue() != expected) {
      throw new MalformedException("a symbol index with a wrong checksum");
    }
    return header;
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
      return search(address);
    } catch (IOException e) {
      hasFailed = true;
      return -1;
    }
  }

  private int search(long address) throws IOException {
    int sample = samples.length - 1;
    while (sample >= 0 && Long.compareUnsigned(samples[sample], address) > 0) {
      sample--;
    }
    if (sample < 0) {
      return -1;
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
  private int covering(long address, int first, ByteBuffer window, int place) throws IOException {
    int index = first;
    ByteBuffer entries = window;
    int at = place;
    for (int steps = 0; steps < IndexFormat.MAX_NESTING; steps++) {
      if (Long.compareUnsigned(address - start(entries, at), size(entries, at)) < 0) {
        return index;
      }
      index = entries.getInt(at * IndexFormat.ENTRY_BYTES + IndexFormat.PARENT_AT);
      if (index < 0) {
        return -1;
      }
      entries = entries(index, 1);
      at = 0;
    }
    return -1;
  }

  @Override
  public Optional<Symbol> symbol(int index) {
    if (index < 0 || index >= count) {
      throw new IndexOutOfBoundsException(index);
    }
    try {
      ByteBuffer entry = entries(index, 1);
      String name = name(entry.getInt(IndexFormat.NAME_AT));
      return Optional.of(new Symbol(name, start(entry, 0), size(entry, 0)));
    } catch (IOException e) {
      hasFailed = true;
      return Optional.empty();
    }
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
