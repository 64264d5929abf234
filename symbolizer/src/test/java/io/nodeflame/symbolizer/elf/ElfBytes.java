package io.nodeflame.symbolizer.elf;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/**
 * A tiny ELF file written by hand, for classes and byte orders that the compiler of this machine
 * does not make: one segment of code at {@link #CODE_ADDRESS}, stored at {@link #CODE_OFFSET}, and
 * a symbol table.
 */
final class ElfBytes {
  static final long CODE_ADDRESS = 0x40_2000;
  static final int CODE_OFFSET = 0x200;
  static final int CODE_BYTES = 0x100;

  private final boolean wide;
  private final ByteBuffer file;
  private final ByteArrayOutputStream names = new ByteArrayOutputStream();
  private final int symbolsAt = 0x300;
  private int symbols = 1;

  ElfBytes(boolean wide, ByteOrder order) {
    this.wide = wide;
    this.file = ByteBuffer.allocate(0x1000).order(order);
    names.write(0);
  }

  ElfBytes symbol(String name, int bindingAndType, int section, long address, long size) {
    int nameOffset = names.size();
    names.writeBytes(name.getBytes(StandardCharsets.UTF_8));
    names.write(0);
    file.position(symbolsAt + symbols++ * (wide ? 24 : 16));
    file.putInt(nameOffset);
    if (!wide) {
      word(address);
      word(size);
    }
    file.put((byte) bindingAndType).put((byte) 0).putShort((short) section);
    if (wide) {
      word(address);
      word(size);
    }
    return this;
  }

  byte[] build() {
    int segments = 0x80;
    int namesAt = 0x800;
    int sections = 0xc00;
    file.position(0);
    file.put(new byte[] {0x7f, 'E', 'L', 'F', (byte) (wide ? 2 : 1)});
    file.put((byte) (file.order() == ByteOrder.BIG_ENDIAN ? 2 : 1)).put((byte) 1);
    file.position(16);
    file.putShort((short) ElfFile.TYPE_EXECUTABLE).putShort((short) 8).putInt(1);
    word(CODE_ADDRESS + 4);
    word(segments);
    word(sections);
    file.putInt(0).putShort((short) (wide ? 64 : 52));
    file.putShort((short) (wide ? 56 : 32)).putShort((short) 1);
    file.putShort((short) (wide ? 64 : 40)).putShort((short) 5).putShort((short) 4);

    file.position(segments);
    file.putInt(ElfSegment.TYPE_LOAD);
    if (wide) {
      file.putInt(5);
    }
    word(CODE_OFFSET);
    word(CODE_ADDRESS);
    word(CODE_ADDRESS);
    word(CODE_BYTES);
    word(CODE_BYTES);
    if (!wide) {
      file.putInt(5);
    }
    word(0x1000);

    byte[] table = names.toByteArray();
    file.position(namesAt);
    file.put(table);
    int sectionNamesAt = namesAt + table.length;
    byte[] sectionNames = "\0.text\0.symtab\0.strtab\0.shstrtab\0".getBytes(StandardCharsets.UTF_8);
    file.put(sectionNames);

    file.position(sections + (wide ? 64 : 40));
    section(1, 1, 6, CODE_ADDRESS, CODE_OFFSET, CODE_BYTES, 0, 0);
    section(7, 2, 0, 0, symbolsAt, symbols * (wide ? 24 : 16), 3, wide ? 24 : 16);
    section(15, 3, 0, 0, namesAt, table.length, 0, 0);
    section(23, 3, 0, 0, sectionNamesAt, sectionNames.length, 0, 0);
    return file.array();
  }

  private void section(
      int name, int type, int flags, long address, int offset, int size, int link, int entry) {
    file.putInt(name).putInt(type);
    word(flags);
    word(address);
    word(offset);
    word(size);
    file.putInt(link).putInt(1);
    word(1);
    word(entry);
  }

  private void word(long value) {
    if (wide) {
      file.putLong(value);
    } else {
      file.putInt((int) value);
    }
  }
}
