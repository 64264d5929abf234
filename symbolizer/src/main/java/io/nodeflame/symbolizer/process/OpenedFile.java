package io.nodeflame.symbolizer.process;

import io.nodeflame.symbolizer.bytes.FileBytes;
import java.io.IOException;

/**
 * A file that passed all checks. The receiver closes it; until then it keeps the process's mount
 * busy, so not for long.
 */
public record OpenedFile(FileBytes bytes, FileIdentity identity)
    implements FileOpening, AutoCloseable {

  @Override
  public void close() throws IOException {
    bytes.close();
  }
}
