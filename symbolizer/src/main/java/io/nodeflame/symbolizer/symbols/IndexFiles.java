package io.nodeflame.symbolizer.symbols;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.OpenOption;
import java.nio.file.Path;

/**
 * Opens the files that an index is written with: {@link FileChannel#open}, or a disk that fails.
 */
@FunctionalInterface
interface IndexFiles {
  FileChannel open(Path path, OpenOption... options) throws IOException;
}
