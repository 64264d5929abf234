package io.nodeflame.symbolizer.process;

import java.util.Arrays;

/** A table of mappings while it grows: one array per column, each of the same length. */
final class MappingColumns {
  long[] starts = new long[16];
  long[] ends = new long[16];
  long[] fileOffsets = new long[16];
  long[] devices = new long[16];
  long[] inodes = new long[16];
  String[] paths = new String[16];
  boolean[] deleted = new boolean[16];
  MappingKind[] kinds = new MappingKind[16];
  private int size;

  int size() {
    return size;
  }

  void add(
      long start,
      long end,
      long fileOffset,
      long device,
      long inode,
      String path,
      boolean isDeleted,
      MappingKind kind) {
    if (size == starts.length) {
      resize(size * 2);
    }
    starts[size] = start;
    ends[size] = end;
    fileOffsets[size] = fileOffset;
    devices[size] = device;
    inodes[size] = inode;
    paths[size] = path;
    deleted[size] = isDeleted;
    kinds[size] = kind;
    size++;
  }

  /** Cuts every column to the rows in use. */
  MappingColumns trim() {
    resize(size);
    return this;
  }

  private void resize(int length) {
    starts = Arrays.copyOf(starts, length);
    ends = Arrays.copyOf(ends, length);
    fileOffsets = Arrays.copyOf(fileOffsets, length);
    devices = Arrays.copyOf(devices, length);
    inodes = Arrays.copyOf(inodes, length);
    paths = Arrays.copyOf(paths, length);
    deleted = Arrays.copyOf(deleted, length);
    kinds = Arrays.copyOf(kinds, length);
  }
}
