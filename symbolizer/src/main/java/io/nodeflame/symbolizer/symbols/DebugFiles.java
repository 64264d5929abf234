package io.nodeflame.symbolizer.symbols;

import io.nodeflame.symbolizer.bytes.ByteSource;
import io.nodeflame.symbolizer.bytes.FileBytes;
import io.nodeflame.symbolizer.elf.DebugLink;
import io.nodeflame.symbolizer.elf.ElfFile;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.zip.CRC32;

/**
 * Finds the separate debug file of a binary: by build ID on the node and then in the container,
 * then by {@code .gnu_debuglink}. A file whose build ID differs is refused. Where both have the
 * same one, that proves more than the link's checksum, which is then not computed.
 */
public final class DebugFiles {
  private static final long MAX_CHECKED_BYTES = 2L << 30;
  private static final int PIECE_BYTES = 64 * 1024;

  private final FileOpener host;
  private final List<String> debugDirs;

  /**
   * @param host opens the node's files
   * @param debugDirs absolute directories such as {@code /usr/lib/debug}, looked for on the node
   *     and in each container
   */
  public DebugFiles(FileOpener host, List<String> debugDirs) {
    this.host = host;
    this.debugDirs = List.copyOf(debugDirs);
  }

  /**
   * Looks in all places; the caller closes what is found. A candidate that cannot be read or is
   * malformed is passed over.
   *
   * @param path of the binary, as its process names it; empty when it has none
   * @param root opens the files of the binary's container
   * @throws IOException when the binary cannot be read
   */
  public Optional<DebugFile> find(ElfFile binary, String path, FileOpener root) throws IOException {
    String buildId = binary.buildId().orElse("");
    Optional<DebugFile> found = byBuildId(binary, buildId, root);
    if (found.isPresent() || !DebugPaths.isPlain(path)) {
      return found;
    }
    Optional<DebugLink> link = binary.debugLink();
    return link.isEmpty() ? found : byLink(binary, buildId, link.get(), path, root);
  }

  private Optional<DebugFile> byBuildId(ElfFile binary, String buildId, FileOpener root) {
    for (FileOpener opener : List.of(host, root)) {
      for (String debugDir : debugDirs) {
        for (String candidate : DebugPaths.ofBuildId(debugDir, buildId)) {
          Optional<DebugFile> found =
              open(opener, candidate, file -> isSameBuild(binary, buildId, file));
          if (found.isPresent()) {
            return found;
          }
        }
      }
    }
    return Optional.empty();
  }

  private Optional<DebugFile> byLink(
      ElfFile binary, String buildId, DebugLink link, String path, FileOpener root) {
    List<String> below = new ArrayList<>();
    for (String debugDir : debugDirs) {
      below.add(DebugPaths.below(debugDir, path, link.fileName()));
    }
    List<String> inRoot = new ArrayList<>(DebugPaths.besides(path, link.fileName()));
    inRoot.remove(path); // a link to itself
    inRoot.addAll(below);
    Optional<DebugFile> found = byLink(binary, buildId, link, inRoot, root);
    return found.isPresent() ? found : byLink(binary, buildId, link, below, host);
  }

  private static Optional<DebugFile> byLink(
      ElfFile binary, String buildId, DebugLink link, List<String> candidates, FileOpener opener) {
    for (String candidate : candidates) {
      Optional<DebugFile> found =
          open(
              opener,
              candidate,
              file ->
                  isSameBuild(binary, buildId, file)
                      || (isSameMachine(binary, file)
                          && (buildId.isEmpty() || file.elf().buildId().isEmpty())
                          && hasChecksum(file.bytes(), link.crc32())));
      if (found.isPresent()) {
        return found;
      }
    }
    return Optional.empty();
  }

  private interface Check {
    boolean accepts(DebugFile file) throws IOException;
  }

  private static Optional<DebugFile> open(FileOpener opener, String path, Check check) {
    try {
      Optional<FileBytes> bytes = opener.open(path);
      return bytes.isEmpty() ? Optional.empty() : checked(path, bytes.get(), check);
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  private static Optional<DebugFile> checked(String path, FileBytes bytes, Check check)
      throws IOException {
    boolean accepted = false;
    try {
      DebugFile file = new DebugFile(path, ElfFile.parse(bytes), bytes);
      accepted = check.accepts(file);
      return accepted ? Optional.of(file) : Optional.empty();
    } finally {
      if (!accepted) {
        bytes.close();
      }
    }
  }

  private static boolean isSameBuild(ElfFile binary, String buildId, DebugFile file)
      throws IOException {
    return !buildId.isEmpty()
        && isSameMachine(binary, file)
        && file.elf().buildId().orElse("").equals(buildId);
  }

  private static boolean isSameMachine(ElfFile binary, DebugFile file) {
    return file.elf().machine() == binary.machine() && file.elf().is64Bit() == binary.is64Bit();
  }

  private static boolean hasChecksum(ByteSource file, int expected) throws IOException {
    if (file.size() > MAX_CHECKED_BYTES) {
      return false;
    }
    CRC32 crc = new CRC32();
    byte[] piece = new byte[PIECE_BYTES];
    for (long at = 0; at < file.size(); at += piece.length) {
      int length = (int) Math.min(piece.length, file.size() - at);
      file.read(at, piece, 0, length);
      crc.update(piece, 0, length);
    }
    return (int) crc.getValue() == expected;
  }
}
