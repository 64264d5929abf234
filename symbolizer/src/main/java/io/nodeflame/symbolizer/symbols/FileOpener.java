package io.nodeflame.symbolizer.symbols;

import io.nodeflame.symbolizer.bytes.FileBytes;
import java.io.IOException;
import java.util.Optional;

/** Opens files below one root, such as that of a container. */
@FunctionalInterface
public interface FileOpener {

  /**
   * Opens a regular file. Links must not lead out of the root, and anything but a regular file must
   * not be opened.
   *
   * @param pathInRoot absolute, as a program in that root would name it; it may be hostile
   * @return empty when there is no such regular file; the caller closes what is opened
   */
  Optional<FileBytes> open(String pathInRoot) throws IOException;
}
