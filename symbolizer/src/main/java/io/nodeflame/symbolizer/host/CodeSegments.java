package io.nodeflame.symbolizer.host;

import io.nodeflame.symbolizer.bytes.MalformedException;
import io.nodeflame.symbolizer.elf.ElfFile;
import io.nodeflame.symbolizer.elf.ElfSegment;
import java.util.OptionalLong;

/**
 * The executable segments of a file: all that placing its mappings takes, so that the headers need
 * not be kept. Immutable.
 */
final class CodeSegments {
  /** Linkers make one, seldom two. */
  static final int MAX_SEGMENTS = 64;

  private final ElfSegment[] segments;

  private CodeSegments(ElfSegment[] segments) {
    this.segments = segments;
  }

  static CodeSegments of(ElfFile elf) throws MalformedException {
    ElfSegment[] segments =
        elf.segments().stream()
            .filter(segment -> segment.isLoaded() && segment.isExecutable())
            .toArray(ElfSegment[]::new);
    if (segments.length > MAX_SEGMENTS) {
      throw new MalformedException("more than " + MAX_SEGMENTS + " executable segments");
    }
    return new CodeSegments(segments);
  }

  /**
   * Virtual address of the first byte of an executable mapping: by the segment that shares most
   * with it, since a mapping begins at a page, which may hold the end of another segment too.
   */
  OptionalLong virtualAddressOf(long fileOffset, long length) {
    ElfSegment best = null;
    long bestShared = 0;
    for (ElfSegment segment : segments) {
      long shared = sharedBytes(segment, fileOffset, length);
      if (shared > bestShared) {
        best = segment;
        bestShared = shared;
      }
    }
    return best == null
        ? OptionalLong.empty()
        : OptionalLong.of(fileOffset - best.offset() + best.address());
  }

  private static long sharedBytes(ElfSegment segment, long fileOffset, long length) {
    long segmentEnd = segment.offset() + segment.fileSize();
    long end = fileOffset + length;
    if (segment.offset() < 0 || segmentEnd < 0 || fileOffset < 0 || end < 0) {
      return 0;
    }
    return Math.min(segmentEnd, end) - Math.max(segment.offset(), fileOffset);
  }

  /** Lowest virtual address of a segment: what {@code mm->start_code} shows, less the bias. */
  OptionalLong lowest() {
    long lowest = -1;
    for (ElfSegment segment : segments) {
      if (Long.compareUnsigned(segment.address(), lowest) < 0) {
        lowest = segment.address();
      }
    }
    return segments.length == 0 ? OptionalLong.empty() : OptionalLong.of(lowest);
  }

  /** Whether a virtual address is in one of them. */
  boolean contains(long address) {
    for (ElfSegment segment : segments) {
      if (Long.compareUnsigned(address - segment.address(), segment.memorySize()) < 0) {
        return true;
      }
    }
    return false;
  }
}
