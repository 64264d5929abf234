package io.nodeflame.symbolizer.process;

import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;

/**
 * The executable mappings of a process at one moment, sorted by address, disjoint. Immutable.
 * Addresses are unsigned.
 */
public final class MappingTable {
  /** Mappings beyond this many are left out; the kernel's own default limit is 65,530 lines. */
  public static final int MAX_MAPPINGS = 65_536;

  public static final MappingTable EMPTY = new MappingParser(0, new PathPool()).finish(false);

  private final long[] starts;
  private final long[] ends;
  private final long[] fileOffsets;
  private final long[] devices;
  private final long[] inodes;
  private final String[] paths;
  private final boolean[] deleted;
  private final MappingKind[] kinds;
  private final long contextAddress;
  private final boolean truncated;
  private final int malformedLines;

  /** Takes ownership of the columns' arrays. */
  MappingTable(MappingColumns columns, long contextAddress, boolean truncated, int malformedLines) {
    this.starts = columns.starts;
    this.ends = columns.ends;
    this.fileOffsets = columns.fileOffsets;
    this.devices = columns.devices;
    this.inodes = columns.inodes;
    this.paths = columns.paths;
    this.deleted = columns.deleted;
    this.kinds = columns.kinds;
    this.contextAddress = contextAddress;
    this.truncated = truncated;
    this.malformedLines = malformedLines;
  }

  /**
   * Parses the text of {@code /proc/PID/maps}. A line that is not well-formed or not above its
   * predecessor is left out and counted.
   */
  public static MappingTable parse(InputStream maps) throws IOException {
    return MappingParser.parse(maps, MAX_MAPPINGS, new PathPool(), new LineBuffer());
  }

  public int size() {
    return starts.length;
  }

  /** Index of the mapping that holds the address, or -1. */
  public int find(long address) {
    int low = 0;
    int high = starts.length - 1;
    while (low <= high) {
      int middle = (low + high) >>> 1;
      if (Long.compareUnsigned(starts[middle], address) <= 0) {
        low = middle + 1;
      } else {
        high = middle - 1;
      }
    }
    return high >= 0 && Long.compareUnsigned(address, ends[high]) < 0 ? high : -1;
  }

  public long start(int index) {
    return starts[index];
  }

  public long end(int index) {
    return ends[index];
  }

  public long fileOffset(int index) {
    return fileOffsets[index];
  }

  public MappingKind kind(int index) {
    return kinds[index];
  }

  /** As {@link Mapping#path()}. */
  public String path(int index) {
    return paths[index];
  }

  public Mapping get(int index) {
    return new Mapping(
        starts[index],
        ends[index],
        fileOffsets[index],
        devices[index],
        inodes[index],
        paths[index],
        deleted[index],
        kinds[index]);
  }

  /** Where the process context begins (OTEP 4719), which is no code; 0 when there is none. */
  public long contextAddress() {
    return contextAddress;
  }

  /** True when mappings were left out for their number or the length of the text. */
  public boolean truncated() {
    return truncated;
  }

  /** Lines left out because they were not what the kernel writes. */
  public int malformedLines() {
    return malformedLines;
  }

  /**
   * Lets a caller keep the older table, and what hangs on it, when nothing changed; but for the
   * context, which is no mapping of the table.
   */
  public boolean hasSameMappings(MappingTable other) {
    return Arrays.equals(starts, other.starts)
        && Arrays.equals(ends, other.ends)
        && Arrays.equals(fileOffsets, other.fileOffsets)
        && Arrays.equals(devices, other.devices)
        && Arrays.equals(inodes, other.inodes)
        && Arrays.equals(deleted, other.deleted)
        && Arrays.equals(kinds, other.kinds)
        && Arrays.equals(paths, other.paths)
        && truncated == other.truncated;
  }
}
