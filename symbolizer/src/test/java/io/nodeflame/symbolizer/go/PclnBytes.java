package io.nodeflame.symbolizer.go;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/**
 * Writes the table of a program of two functions: {@code main.first} at text + 0x10 and {@code
 * main.second} at text + 0x50, which ends at text + 0x90.
 *
 * <p>Both have depth 0 for 4 bytes, then 24; line 10 for 8 bytes, then 12; the first is in a.go,
 * the second in b.go.
 */
final class PclnBytes {
  private final PclnVersion version;
  private final ByteOrder order;
  private final int pointerBytes;
  private final long textStart;

  PclnBytes(PclnVersion version, ByteOrder order, int pointerBytes, long textStart) {
    this.version = version;
    this.order = order;
    this.pointerBytes = pointerBytes;
    this.textStart = textStart;
  }

  byte[] bytes(long headerTextStart) {
    ByteBuffer out = ByteBuffer.allocate(1024).order(order);
    out.putInt(version.magic()).put((byte) 0).put((byte) 0).put((byte) 1);
    out.put((byte) pointerBytes);
    word(out, 2);
    if (!version.hasParts()) {
      int entries = out.position();
      int list = entries + 5 * pointerBytes + 4;
      int names = list + 16;
      int values = names + 64;
      int records = values + 64;
      functab(out, records);
      out.putInt(list);
      out.position(list);
      out.putInt(3).putInt(names + 40).putInt(names + 50).putInt(0);
      strings(out, names);
      values(out, values);
      records(out, records, names, values);
      return end(out, records + 96);
    }
    boolean relative = version.hasRelativeEntries();
    int headerWords = relative ? 8 : 7;
    int names = 8 + headerWords * pointerBytes;
    int units = names + 64;
    word(out, 3);
    if (relative) {
      word(out, headerTextStart);
    }
    word(out, names);
    word(out, units);
    word(out, names + 40);
    int values = units + 16;
    word(out, values);
    int pcln = values + 64;
    word(out, pcln);
    strings(out, names);
    out.position(units);
    out.putInt(-1).putInt(0).putInt(10).putInt(-1);
    values(out, values);
    out.position(pcln);
    int tableBytes = 5 * (relative ? 4 : pointerBytes);
    int records = (tableBytes + 7) / 8 * 8;
    functab(out, records);
    records(out, pcln + records, 0, 0);
    return end(out, pcln + records + 96);
  }

  private void functab(ByteBuffer out, int records) {
    entry(out, 0x10);
    field(out, records);
    entry(out, 0x50);
    field(out, records + 48);
    entry(out, 0x90);
  }

  private void records(ByteBuffer out, int at, int names, int values) {
    for (int index = 0; index < 2; index++) {
      out.position(at + 48 * index);
      entry(out, index == 0 ? 0x10 : 0x50);
      out.putInt(names + (index == 0 ? 1 : 12));
      out.putInt(0).putInt(0);
      out.putInt(values + 1);
      out.putInt(values + (index == 0 ? 31 : 41));
      out.putInt(values + 21);
      out.putInt(0).putInt(1);
    }
  }

  /** Names of functions at 1 and 12, of files at 40 and 50. */
  private static void strings(ByteBuffer out, int at) {
    text(out, at + 1, "main.first");
    text(out, at + 12, "main.second");
    text(out, at + 40, "/src/a.go");
    text(out, at + 50, "/src/b.go");
  }

  private void values(ByteBuffer out, int at) {
    pairs(out, at + 1, 1, 4, 24, 60);
    pairs(out, at + 21, 11, 8, 2, 56);
    // Indexes of files count from 1 before 1.16, whose list has a length first.
    pairs(out, at + 31, version.hasParts() ? 1 : 2, 64);
    pairs(out, at + 41, version.hasParts() ? 2 : 3, 64);
  }

  private static void pairs(ByteBuffer out, int at, int... deltas) {
    out.position(at);
    for (int index = 0; index < deltas.length; index += 2) {
      out.put((byte) (2 * deltas[index])).put((byte) deltas[index + 1]);
    }
    out.put((byte) 0);
  }

  private void entry(ByteBuffer out, int distance) {
    field(out, version.hasRelativeEntries() ? distance : textStart + distance);
  }

  private void field(ByteBuffer out, long value) {
    if (version.hasRelativeEntries()) {
      out.putInt((int) value);
    } else {
      word(out, value);
    }
  }

  private void word(ByteBuffer out, long value) {
    if (pointerBytes == 8) {
      out.putLong(value);
    } else {
      out.putInt((int) value);
    }
  }

  private static void text(ByteBuffer out, int at, String text) {
    out.position(at);
    out.put(text.getBytes(StandardCharsets.UTF_8)).put((byte) 0);
  }

  private static byte[] end(ByteBuffer out, int length) {
    byte[] bytes = new byte[length];
    out.get(0, bytes);
    return bytes;
  }
}
