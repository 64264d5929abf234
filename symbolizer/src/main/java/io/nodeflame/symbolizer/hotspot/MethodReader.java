package io.nodeflame.symbolizer.hotspot;

import io.nodeflame.symbolizer.bytes.MalformedException;
import io.nodeflame.symbolizer.demangle.SafeName;
import java.io.IOException;
import java.nio.charset.StandardCharsets;

/** Reads methods: {@code Method}, {@code ConstMethod}, {@code ConstantPool} and {@code Symbol}s. */
final class MethodReader {
  private static final int MAX_SYMBOL_BYTES = 2048;
  private static final int MAX_CONST_METHOD_BYTES = 1 << 20;
  private static final int WORD_BYTES = 8;

  private final MethodLayout layout;

  MethodReader(MethodLayout layout) {
    this.layout = layout;
  }

  /** Address of what does not change while the method is loaded: another one is another method. */
  long constMethod(VmMemory memory, long method) throws IOException {
    return memory.u64(method + layout.constMethod);
  }

  JavaMethod read(VmMemory memory, long method) throws IOException {
    long constant = constMethod(memory, method);
    long pool = memory.u64(constant + layout.constants);
    String name = poolSymbol(memory, pool, layout.nameIndex.read(memory, constant));
    String signature = poolSymbol(memory, pool, layout.signatureIndex.read(memory, constant));
    long holder = memory.u64(pool + layout.poolHolder);
    String className = symbol(memory, memory.u64(holder + layout.className));
    int codeBytes = (int) layout.codeSize.read(memory, constant);
    long lines = 0;
    int lineBytes = 0;
    if ((layout.flags.read(memory, constant) & layout.lineTableFlag) != 0) {
      lines = constant + layout.constMethodHeaderBytes + codeBytes;
      long end = constant + layout.constMethodWords.read(memory, constant) * WORD_BYTES;
      lineBytes = (int) Math.max(0, Math.min(end - lines, MAX_CONST_METHOD_BYTES));
    }
    return new JavaMethod(
        SafeName.of(JavaNames.method(className, name, signature)),
        SafeName.of(sourceFile(memory, pool, holder)),
        codeBytes,
        lines,
        lineBytes);
  }

  /** Line of a bytecode, 0 when it is not known. */
  int line(VmMemory memory, JavaMethod method, int bytecodeIndex, int excess) throws IOException {
    if (method.lineBytes() == 0 || bytecodeIndex < 0 || bytecodeIndex >= method.codeBytes()) {
      return 0;
    }
    return LineTable.lineOf(
        memory.bytes(method.lines(), method.lineBytes()), excess, bytecodeIndex);
  }

  private String sourceFile(VmMemory memory, long pool, long holder) throws IOException {
    long index = layout.sourceFileIndex.read(memory, layout.isSourceFileInPool ? pool : holder);
    return index == 0 ? "" : poolSymbol(memory, pool, index);
  }

  /** The lowest bit of a slot marks what is not resolved. */
  private String poolSymbol(VmMemory memory, long pool, long index) throws IOException {
    return symbol(memory, memory.u64(pool + layout.poolHeaderBytes + WORD_BYTES * index) & ~1L);
  }

  private String symbol(VmMemory memory, long address) throws IOException {
    int length = (int) layout.symbolLength.read(memory, address);
    if (length == 0) {
      throw new MalformedException("a name without letters");
    }
    byte[] text = memory.bytes(address + layout.symbolBody, Math.min(length, MAX_SYMBOL_BYTES));
    // Java's own kind of UTF-8 differs in characters that names hardly have.
    return new String(text, StandardCharsets.UTF_8);
  }
}
