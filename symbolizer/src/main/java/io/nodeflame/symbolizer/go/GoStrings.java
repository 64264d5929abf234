package io.nodeflame.symbolizer.go;

import io.nodeflame.symbolizer.bytes.PagedReader;
import java.io.IOException;
import java.util.Optional;

/** Names of functions and files, read when asked for. */
final class GoStrings {
  /** Longer names are cut; those of generic functions get long, but not this long. */
  private static final int MAX_NAME_BYTES = 4096;

  private static final long NO_FILE = 0xffff_ffffL;

  private final PagedReader reader;
  private final PclnHeader header;

  /**
   * @param reader over the whole table
   */
  GoStrings(PagedReader reader, PclnHeader header) {
    this.reader = reader;
    this.header = header;
  }

  String functionName(long offset) throws IOException {
    return reader.cString(header.names + offset, MAX_NAME_BYTES);
  }

  /**
   * A file of a compilation unit.
   *
   * @param unit from {@link FunctionRecord#unit()}
   * @param index from the function's table of file indexes
   */
  Optional<String> fileName(long unit, int index) throws IOException {
    if (index < 0) {
      return Optional.empty();
    }
    if (!header.version.hasParts()) {
      long offset = reader.u32(header.files + 4L * index);
      return Optional.of(reader.cString(offset, MAX_NAME_BYTES));
    }
    long offset = reader.u32(header.units + 4 * (unit + index));
    return offset == NO_FILE
        ? Optional.empty()
        : Optional.of(reader.cString(header.files + offset, MAX_NAME_BYTES));
  }
}
