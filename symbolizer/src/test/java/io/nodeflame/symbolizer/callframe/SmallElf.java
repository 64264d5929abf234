package io.nodeflame.symbolizer.callframe;

import io.nodeflame.symbolizer.bytes.ArrayBytes;
import io.nodeflame.symbolizer.bytes.ByteReader;
import io.nodeflame.symbolizer.bytes.ByteSource;
import java.io.IOException;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** Cuts sections out of a trusted little-endian 64-bit file. */
public final class SmallElf {
  private static final int NO_BITS = 8;

  private final ByteSource file;
  private final Map<String, FrameSection> sections = new HashMap<>();

  public SmallElf(Path path) throws IOException {
    file = new ArrayBytes(Files.readAllBytes(path));
    ByteReader reader = new ByteReader(file, ByteOrder.LITTLE_ENDIAN);
    long table = reader.u64(0x28);
    int entryBytes = reader.u16(0x3a);
    int count = reader.u16(0x3c);
    long names = reader.u64(table + (long) reader.u16(0x3e) * entryBytes + 0x18);
    for (int index = 0; index < count; index++) {
      long header = table + (long) index * entryBytes;
      if (reader.i32(header + 4) != NO_BITS) {
        ByteSource bytes = file.slice(reader.u64(header + 0x18), reader.u64(header + 0x20));
        sections.put(
            reader.cString(names + reader.u32(header), 100),
            new FrameSection(bytes, reader.u64(header + 0x10)));
      }
    }
  }

  public ByteSource file() {
    return file;
  }

  public Optional<FrameSection> find(String name) {
    return Optional.ofNullable(sections.get(name));
  }

  public FrameSection section(String name) {
    return find(name).orElseThrow(() -> new AssertionError("no section " + name));
  }
}
