package io.nodeflame.symbolizer.elf;

import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/** Translates between the bytes of a file and its virtual addresses. */
public final class SegmentLayout {
  private static final long PAGE_BYTES = 4096;

  private final List<ElfSegment> loaded;

  /** Keeps the loaded ones of the segments. */
  public SegmentLayout(List<ElfSegment> segments) {
    loaded = segments.stream().filter(ElfSegment::isLoaded).toList();
  }

  OptionalLong virtualAddress(long fileOffset) {
    ElfSegment best = null;
    int bestPreference = 0;
    for (ElfSegment segment : loaded) {
      int preference = preference(segment, fileOffset);
      if (preference > bestPreference) {
        best = segment;
        bestPreference = preference;
      }
    }
    return best == null
        ? OptionalLong.empty()
        : OptionalLong.of(fileOffset - best.offset() + best.address());
  }

  /** As {@link ElfFile#virtualAddressOfCode}. */
  public OptionalLong virtualAddressOfCode(long fileOffset, long length) {
    ElfSegment best = null;
    long bestShared = 0;
    for (ElfSegment segment : loaded) {
      long shared = segment.isExecutable() ? sharedBytes(segment, fileOffset, length) : 0;
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

  OptionalLong fileOffset(long virtualAddress) {
    return storing(virtualAddress)
        .map(segment -> OptionalLong.of(virtualAddress - segment.address() + segment.offset()))
        .orElse(OptionalLong.empty());
  }

  Optional<ElfSegment> storing(long virtualAddress) {
    for (ElfSegment segment : loaded) {
      if (segment.containsStoredAddress(virtualAddress)) {
        return Optional.of(segment);
      }
    }
    return Optional.empty();
  }

  /** 0: not mapped from there. One page of a file can be mapped by two segments. */
  private static int preference(ElfSegment segment, long fileOffset) {
    if (!isMappedFrom(segment, fileOffset)) {
      return 0;
    }
    return 1 + (segment.isExecutable() ? 1 : 0) + (segment.containsFileOffset(fileOffset) ? 2 : 0);
  }

  /** Whole pages are mapped, so that a mapping starts before and ends behind its segment. */
  private static boolean isMappedFrom(ElfSegment segment, long fileOffset) {
    long lead = segment.offset() & (PAGE_BYTES - 1);
    long mapped = (lead + segment.fileSize() + PAGE_BYTES - 1) & -PAGE_BYTES;
    return segment.fileSize() > 0
        && Long.compareUnsigned(fileOffset - (segment.offset() - lead), mapped) < 0;
  }
}
