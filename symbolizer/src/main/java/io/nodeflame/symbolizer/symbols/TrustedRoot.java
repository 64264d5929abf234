package io.nodeflame.symbolizer.symbols;

import io.nodeflame.symbolizer.bytes.FileBytes;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;

/**
 * Opens files of a tree whose links are trusted, such as the node's own debug directories. Not for
 * the root of a container.
 */
public final class TrustedRoot implements FileOpener {
  private final Path root;

  public TrustedRoot(Path root) {
    this.root = root;
  }

  @Override
  public Optional<FileBytes> open(String pathInRoot) throws IOException {
    if (!DebugPaths.isPlain(pathInRoot)) {
      return Optional.empty();
    }
    Path path = root.resolve(pathInRoot.substring(1));
    return Files.isRegularFile(path)
        ? Optional.of(new FileBytes(FileChannel.open(path, StandardOpenOption.READ)))
        : Optional.empty();
  }
}
