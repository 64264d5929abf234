package io.nodeflame.symbolizer.kernel;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;

/**
 * Parses {@code /proc/kallsyms}: lines of hexadecimal address, blank, type letter, blank, name and,
 * for modules, tab and {@code [module]}. Only functions (t, T, w, W) are kept. Lines are read as
 * bytes from one buffer; a line that is too long or breaks the form is counted and skipped.
 */
final class Kallsyms {
  private static final int MAX_LINE_BYTES = 1024;
  private static final int BUFFER_BYTES = 64 * 1024;

  private final boolean keepsCore;
  private final SymbolTableBuilder core = new SymbolTableBuilder();
  private final SymbolTableBuilder modules = new SymbolTableBuilder();
  private final byte[] line = new byte[MAX_LINE_BYTES];
  private int length;
  private int functions;
  private int hidden;
  private int refused;
  private String module = "";

  private Kallsyms(boolean keepsCore) {
    this.keepsCore = keepsCore;
  }

  /**
   * What a reading found.
   *
   * @param core of the kernel itself; empty when it was not asked for
   * @param modules of modules and BPF programs
   * @param functions lines of functions, in either table or not
   * @param hidden those whose address is shown as zero
   * @param refused lines that are malformed, and symbols beyond a bound
   */
  record Parsed(SymbolTable core, SymbolTable modules, int functions, int hidden, int refused) {}

  /**
   * Reads to the end of the stream, which stays open.
   *
   * @param keepsCore also build the table of the kernel itself, which never changes
   */
  static Parsed parse(InputStream in, boolean keepsCore) throws IOException {
    return new Kallsyms(keepsCore).read(in);
  }

  private Parsed read(InputStream in) throws IOException {
    byte[] buffer = new byte[BUFFER_BYTES];
    boolean isTooLong = false;
    for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
      for (int i = 0; i < count; i++) {
        byte b = buffer[i];
        if (b == '\n') {
          endLine(isTooLong);
          isTooLong = false;
        } else if (length == MAX_LINE_BYTES) {
          isTooLong = true;
        } else {
          line[length++] = b;
        }
      }
    }
    if (length > 0) {
      endLine(isTooLong);
    }
    return new Parsed(core.build(), modules.build(), functions, hidden, refused);
  }

  private void endLine(boolean isTooLong) {
    if (isTooLong || !line()) {
      refused++;
    }
    length = 0;
  }

  /** False when the line is malformed. */
  private boolean line() {
    long address = 0;
    int at = 0;
    for (; at < length && line[at] != ' '; at++) {
      int digit = Character.digit(line[at], 16);
      if (digit < 0 || at == 16) {
        return false;
      }
      address = address << 4 | digit;
    }
    if (at == 0 || at + 3 >= length || line[at] != ' ' || line[at + 2] != ' ') {
      return false;
    }
    int rank = rank((char) line[at + 1]);
    return rank < 0 || function(address, rank, at + 3);
  }

  /** Global before weak before local; negative for what is not a function. */
  private static int rank(char type) {
    return switch (type) {
      case 'T' -> 0;
      case 'W', 'w' -> 1;
      case 't' -> 2;
      default -> -1;
    };
  }

  private boolean function(long address, int rank, int nameAt) {
    int nameEnd = nameAt;
    while (nameEnd < length && line[nameEnd] != '\t' && line[nameEnd] != ' ') {
      nameEnd++;
    }
    if (nameEnd == nameAt) {
      return false;
    }
    functions++;
    if (address == 0) {
      hidden++;
      return true;
    }
    if (isPadding(nameAt)) {
      return true;
    }
    int end = withoutLlvmSuffix(nameAt, nameEnd);
    int open = nameEnd + 1;
    if (open < length && line[open] == '[' && line[length - 1] == ']') {
      return modules.add(address, rank, line, nameAt, end - nameAt, module(open + 1));
    }
    return !keepsCore
        || core.add(address, 4 * rank + underscores(nameAt), line, nameAt, end - nameAt, "");
  }

  /** The space before each function that call depth tracking and kCFI may patch; never run. */
  private boolean isPadding(int nameAt) {
    return startsWith("__pfx_", nameAt) || startsWith("__cfi_", nameAt);
  }

  private int underscores(int nameAt) {
    int count = 0;
    while (count < 3 && nameAt + count < length && line[nameAt + count] == '_') {
      count++;
    }
    return count;
  }

  private boolean startsWith(String text, int at) {
    if (at + text.length() > length) {
      return false;
    }
    for (int i = 0; i < text.length(); i++) {
      if (line[at + i] != text.charAt(i)) {
        return false;
      }
    }
    return true;
  }

  /** Clang's LTO makes promoted statics unique by a number that changes with every build. */
  private int withoutLlvmSuffix(int nameAt, int nameEnd) {
    int digits = nameEnd;
    while (digits > nameAt && line[digits - 1] >= '0' && line[digits - 1] <= '9') {
      digits--;
    }
    int suffix = digits - ".llvm.".length();
    return digits < nameEnd && suffix > nameAt && startsWith(".llvm.", suffix) ? suffix : nameEnd;
  }

  /** Lines of one module follow each other: its name is made once. */
  private String module(int at) {
    int size = length - 1 - at;
    boolean isSame = module.length() == size && startsWith(module, at);
    if (!isSame) {
      module = new String(line, at, size, StandardCharsets.ISO_8859_1);
    }
    return module;
  }
}
