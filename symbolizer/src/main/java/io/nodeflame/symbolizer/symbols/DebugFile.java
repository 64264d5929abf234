package io.nodeflame.symbolizer.symbols;

import io.nodeflame.symbolizer.bytes.FileBytes;
import io.nodeflame.symbolizer.elf.ElfFile;
import java.io.IOException;

/**
 * A separate debug file that belongs to a binary, open until closed.
 *
 * @param path where it was found, in its root
 * @param elf its headers
 * @param bytes the file
 */
public record DebugFile(String path, ElfFile elf, FileBytes bytes) implements AutoCloseable {
  @Override
  public void close() throws IOException {
    bytes.close();
  }
}
