package io.nodeflame.symbolizer.host;

import io.nodeflame.symbolizer.bytes.MalformedException;
import io.nodeflame.symbolizer.elf.ElfFile;
import io.nodeflame.symbolizer.elf.ElfSegment;
import io.nodeflame.symbolizer.elf.SegmentLayout;
import java.util.List;
import java.util.OptionalLong;

/**
 * The executable segments of a file: all that placing its mappings takes, so that the headers need
 * not be kept. Immutable.
 */
final class CodeSegments {
  /** Linkers make one, seldom two. */
  static final int MAX_SEGMENTS = 64;

  private final ElfSegment[] segments;
  private final SegmentLayout layout;

  private CodeSegments(ElfSegment[] segments) {
    this.segments = segments;
    this.layout = new SegmentLayout(List.of(segments));
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
    return layout.virtualAddressOfCode(fileOffset, length);
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
