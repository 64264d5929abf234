package io.nodeflame.symbolizer.callframe;

import io.nodeflame.symbolizer.bytes.MalformedException;
import java.io.IOException;

/**
 * Parses a CIE from behind its id: version, augmentation string, (version 4: address and segment
 * size), code factor, data factor, return address column, augmentation bytes, initial instructions.
 */
final class CommonEntryParser {
  /** Known strings have up to six letters. */
  private static final int MAX_AUGMENTATION_LETTERS = 16;

  private static final long MAX_FACTOR = 1 << 16;

  private final FrameCursor cursor;
  private final FrameMachine machine;
  private int encoding;
  private boolean signalFrame;

  CommonEntryParser(FrameCursor cursor, FrameMachine machine) {
    this.cursor = cursor;
    this.machine = machine;
  }

  /** The entry whose content the cursor is limited to. */
  CommonEntry parse() throws IOException {
    encoding = PointerEncoding.ABSOLUTE;
    signalFrame = false;
    int version = cursor.u8();
    if (version != 1 && version != 3 && version != 4) {
      throw new MalformedException("common frame entry of version " + version);
    }
    String augmentation = augmentation();
    if (version == 4 && (cursor.u8() != FrameMachine.WORD_BYTES || cursor.u8() != 0)) {
      throw new MalformedException("common frame entry with another address size");
    }
    if (augmentation.startsWith("eh")) {
      cursor.skip(FrameMachine.WORD_BYTES);
    }
    long codeFactor = factor(cursor.uleb());
    long dataFactor = factor(cursor.sleb());
    int returnRegister = version == 1 ? cursor.u8() : cursor.register();
    boolean hasAugmentation = augmentation.startsWith("z");
    if (hasAugmentation) {
      readAugmentation(augmentation);
    } else if (!augmentation.isEmpty() && !augmentation.equals("eh")) {
      throw new MalformedException("common frame entry with an unknown augmentation");
    }
    FrameRow none =
        new FrameRow(CfaRule.NONE, RegisterRule.UNSPECIFIED, RegisterRule.UNSPECIFIED, signalFrame);
    CommonEntry bare =
        new CommonEntry(codeFactor, dataFactor, returnRegister, encoding, hasAugmentation, none);
    return new CommonEntry(
        codeFactor,
        dataFactor,
        returnRegister,
        encoding,
        hasAugmentation,
        CfaProgram.initialRow(cursor, machine, bare));
  }

  private String augmentation() throws IOException {
    StringBuilder letters = new StringBuilder();
    for (int letter = cursor.u8(); letter != 0; letter = cursor.u8()) {
      if (letters.length() == MAX_AUGMENTATION_LETTERS) {
        throw new MalformedException("augmentation of a frame entry is too long");
      }
      letters.append((char) letter);
    }
    return letters.toString();
  }

  private void readAugmentation(String letters) throws IOException {
    long length = cursor.uleb();
    long start = cursor.position();
    cursor.skip(length);
    long end = cursor.limit();
    long afterwards = start + length;
    cursor.select(start, afterwards);
    // An unknown letter hides the meaning of the bytes of those after it, but not where they end.
    for (int index = 1; index < letters.length() && readLetter(letters.charAt(index)); index++) {}
    cursor.select(afterwards, end);
  }

  private boolean readLetter(char letter) throws IOException {
    switch (letter) {
      case 'R' -> encoding = cursor.u8();
      case 'P' -> skipPersonality(cursor.u8());
      case 'L' -> cursor.u8();
      case 'S' -> signalFrame = true;
      case 'B', 'G' -> {} // aarch64: second key signs return addresses; stack carries memory tags
      default -> {
        return false;
      }
    }
    return true;
  }

  private void skipPersonality(int encodedAs) throws IOException {
    if (PointerEncoding.isAligned(encodedAs)) {
      cursor.pointer(encodedAs, 0);
    } else {
      cursor.number(encodedAs);
    }
  }

  private static long factor(long value) throws MalformedException {
    if (Math.abs(value) > MAX_FACTOR || value == Long.MIN_VALUE) {
      throw new MalformedException("alignment factor " + value + " of a frame entry");
    }
    return value;
  }
}
