package io.nodeflame.symbolizer.process;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;

/**
 * Parses lines of {@code /proc/PID/maps}: {@code start-end perms offset major:minor inode path}.
 * Makes objects for executable lines only; of all others one can count, that of a process context.
 */
final class MappingParser {
  /** 700,000 lines of 96 bytes; what follows is left out and the table says so. */
  private static final long MAX_TEXT_BYTES = 64L * 1024 * 1024;

  /**
   * All paths of one table. A usual process needs some KiB; one that maps ever new long names could
   * fill the heap.
   */
  static final int MAX_PATH_BYTES = 2 * 1024 * 1024;

  private static final byte[] DELETED = ascii(" (deleted)");
  private static final byte[] VDSO = ascii("[vdso]");
  private static final byte[] VSYSCALL = ascii("[vsyscall]");
  private static final byte[] UNREACHABLE = ascii("(unreachable)/");

  /** Names the kernel gives to files that nobody can open by path; all are deleted from birth. */
  private static final byte[][] MEMORY_FILES = {
    ascii("/memfd:"), ascii("/SYSV"), ascii("/dev/zero"), ascii("/anon_hugepage"), ascii("/drm mm")
  };

  /** How the kernel shows the mapping of a process context (OTEP 4719), by how it was made. */
  private static final byte[][] CONTEXTS = {
    ascii("/memfd:OTEL_CTX (deleted)"), ascii("[anon_shmem:OTEL_CTX]"), ascii("[anon:OTEL_CTX]")
  };

  private final MappingColumns columns = new MappingColumns();
  private final int maxMappings;
  private final PathPool paths;
  private int malformedLines;
  private boolean full;
  private long previousEnd;
  private long pathBytes;
  private long contextAddress;

  private byte[] line = new byte[0];
  private int position;
  private int end;
  private boolean bad;

  MappingParser(int maxMappings, PathPool paths) {
    this.maxMappings = maxMappings;
    this.paths = paths;
  }

  static MappingTable parse(InputStream maps, int maxMappings, PathPool paths, LineBuffer lines)
      throws IOException {
    MappingParser parser = new MappingParser(maxMappings, paths);
    lines.start(MAX_TEXT_BYTES);
    while (!parser.full && lines.next(maps)) {
      parser.accept(lines.bytes(), lines.lineStart(), lines.lineEnd());
    }
    return parser.finish(lines.cut());
  }

  MappingTable finish(boolean cut) {
    return new MappingTable(columns.trim(), contextAddress, full || cut, malformedLines);
  }

  private void accept(byte[] bytes, int from, int to) {
    line = bytes;
    position = from;
    end = to;
    bad = false;
    long start = hex('-');
    long mappingEnd = hex(' ');
    if (bad || to - position < 5 || bytes[position + 4] != ' ') {
      malformedLines++;
      return;
    }
    boolean executable = bytes[position + 2] == 'x';
    position += 5;
    if (executable) {
      executable(start, mappingEnd);
    } else if (contextAddress == 0 && isContext()) {
      contextAddress = start;
    }
  }

  /** Whether the path is that of a context; asked for every line, so by its end first. */
  private boolean isContext() {
    for (byte[] context : CONTEXTS) {
      int at = end - context.length;
      if (line[end - 1] == context[context.length - 1]
          && at > position
          && line[at - 1] == ' '
          && matches(context, at)) {
        return hasNoPathBefore(at);
      }
    }
    return false;
  }

  /** A file may have a name that ends like that, after a blank; before a path there are digits. */
  private boolean hasNoPathBefore(int pathStart) {
    for (int i = position; i < pathStart; i++) {
      if (line[i] == '/' || line[i] == '[') {
        return false;
      }
    }
    return true;
  }

  private void executable(long start, long mappingEnd) {
    long fileOffset = hex(' ');
    long major = hex(':');
    long minor = hex(' ');
    long inode = decimal();
    // The table changes while it is read, in the kernel page by page, but never goes backwards.
    if (bad
        || Long.compareUnsigned(start, mappingEnd) >= 0
        || Long.compareUnsigned(start, previousEnd) < 0) {
      malformedLines++;
      return;
    }
    while (position < end && line[position] == ' ') {
      position++;
    }
    boolean deleted = inode != 0 && endsWith(DELETED);
    int pathEnd = deleted ? end - DELETED.length : end;
    pathBytes += Math.max(0, pathEnd - position);
    if (columns.size() == maxMappings || pathBytes > MAX_PATH_BYTES) {
      full = true;
      return;
    }
    columns.add(
        start,
        mappingEnd,
        fileOffset,
        Device.number(major, minor),
        inode,
        paths.get(line, position, pathEnd),
        deleted,
        kind(inode, deleted));
    previousEnd = mappingEnd;
  }

  private MappingKind kind(long inode, boolean deleted) {
    if (inode == 0) {
      if (is(VDSO)) {
        return MappingKind.VDSO;
      }
      return is(VSYSCALL) ? MappingKind.VSYSCALL : MappingKind.ANONYMOUS;
    }
    if (deleted) {
      for (byte[] name : MEMORY_FILES) {
        if (startsWith(name)) {
          return MappingKind.ANONYMOUS;
        }
      }
    }
    boolean hasPath = position < end && line[position] == '/';
    return hasPath || startsWith(UNREACHABLE) ? MappingKind.FILE : MappingKind.ANONYMOUS;
  }

  /** Up to 16 hex digits and the separator after them. */
  private long hex(char separator) {
    long value = 0;
    int limit = Math.min(end, position + 16);
    int first = position;
    while (position < limit) {
      int digit = Character.digit(line[position], 16);
      if (digit < 0) {
        break;
      }
      value = value << 4 | digit;
      position++;
    }
    if (position == first || position >= end || line[position] != separator) {
      bad = true;
    }
    position++;
    return value;
  }

  private long decimal() {
    long value = 0;
    int first = position;
    while (position < end && line[position] >= '0' && line[position] <= '9') {
      value = value * 10 + line[position++] - '0';
    }
    // 20 digits are the largest inode; one that wraps matches no file.
    if (position == first || position - first > 20 || (position < end && line[position] != ' ')) {
      bad = true;
    }
    return value;
  }

  private boolean is(byte[] word) {
    return end - position == word.length && startsWith(word);
  }

  private boolean startsWith(byte[] word) {
    return end - position >= word.length && matches(word, position);
  }

  private boolean endsWith(byte[] word) {
    return end - position >= word.length && matches(word, end - word.length);
  }

  private boolean matches(byte[] word, int at) {
    for (int i = 0; i < word.length; i++) {
      if (line[at + i] != word[i]) {
        return false;
      }
    }
    return true;
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }
}
