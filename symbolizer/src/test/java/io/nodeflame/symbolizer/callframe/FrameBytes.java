package io.nodeflame.symbolizer.callframe;

import io.nodeflame.symbolizer.bytes.ArrayBytes;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/** Writes {@code .eh_frame} sections. Addresses are absolute words of 8 bytes unless told. */
public final class FrameBytes {
  public static final long SECTION_ADDRESS = 0x9000;

  /** def_cfa rsp+8; return address at CFA-8. */
  static final int[] X86_64_ENTRY = {0x0c, 7, 8, 0x80 | 16, 1};

  /** As {@link #X86_64_ENTRY}. */
  public static int[] x86Entry() {
    return X86_64_ENTRY.clone();
  }

  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private int common;
  private int returnRegister = 16;

  /** The column of the return address in entries that follow; 16, of x86-64, without it. */
  public FrameBytes returnRegister(int register) {
    returnRegister = register;
    return this;
  }

  /** A CIE of version 1, code factor 1, data factor -8. */
  public FrameBytes common(String augmentation, int[] augmentationBytes, int... instructions) {
    ByteArrayOutputStream body = new ByteArrayOutputStream();
    body.write(1);
    body.writeBytes(augmentation.getBytes(StandardCharsets.UTF_8));
    body.write(0);
    body.write(1);
    body.write(0x78);
    body.write(returnRegister);
    if (augmentation.startsWith("z")) {
      body.write(augmentationBytes.length);
      write(body, augmentationBytes);
    }
    write(body, instructions);
    common = out.size();
    entry(0, body);
    return this;
  }

  /** An FDE of the last CIE without augmentation. */
  public FrameBytes function(long start, long length, int... instructions) {
    ByteArrayOutputStream body = new ByteArrayOutputStream();
    body.writeBytes(longs(start, length));
    write(body, instructions);
    entry(out.size() + 4 - common, body);
    return this;
  }

  /** An FDE of the last CIE, with an empty augmentation and addresses of 4 bytes. */
  public FrameBytes shortFunction(int start, int length, int... instructions) {
    ByteArrayOutputStream body = new ByteArrayOutputStream();
    ByteBuffer range = ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN);
    body.writeBytes(range.putInt(start).putInt(length).array());
    body.write(0);
    write(body, instructions);
    entry(out.size() + 4 - common, body);
    return this;
  }

  FrameBytes terminator() {
    out.writeBytes(new byte[4]);
    return this;
  }

  /** Virtual address of what is written next. */
  long nextAddress() {
    return SECTION_ADDRESS + out.size();
  }

  public byte[] bytes() {
    return out.toByteArray();
  }

  public CallFrameTable table(FrameMachine machine) throws IOException {
    return CallFrameTable.ofEhFrame(
        new FrameSection(new ArrayBytes(bytes()), SECTION_ADDRESS), machine);
  }

  private void entry(int id, ByteArrayOutputStream body) {
    while (body.size() % 4 != 0) {
      body.write(0);
    }
    ByteBuffer head = ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN);
    out.writeBytes(head.putInt(body.size() + 4).putInt(id).array());
    out.writeBytes(body.toByteArray());
  }

  private static byte[] longs(long first, long second) {
    return ByteBuffer.allocate(16)
        .order(ByteOrder.LITTLE_ENDIAN)
        .putLong(first)
        .putLong(second)
        .array();
  }

  private static void write(ByteArrayOutputStream body, int... bytes) {
    for (int next : bytes) {
      body.write(next);
    }
  }
}
