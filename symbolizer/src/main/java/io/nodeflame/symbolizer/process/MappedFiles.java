package io.nodeflame.symbolizer.process;

import io.nodeflame.symbolizer.bytes.ArrayBytes;
import io.nodeflame.symbolizer.bytes.MalformedException;
import java.io.IOException;

/**
 * Opens the files behind mappings. First through {@code /proc/PID/map_files}, which leads to the
 * mapped file even when it was deleted or replaced (needs CAP_CHECKPOINT_RESTORE or CAP_SYS_ADMIN),
 * else by its path in the process's root, if that is still the same file.
 */
public final class MappedFiles {
  private static final long MAX_FILE_BYTES = 4L << 30;
  private static final int MAX_VDSO_BYTES = 64 * 1024;
  private static final String DELETED = " (deleted)";

  private final ProcFs proc;
  private final OpenPolicy policy;

  /** Files of at most 4 GiB. */
  public MappedFiles(ProcFs proc) {
    this(proc, MAX_FILE_BYTES);
  }

  public MappedFiles(ProcFs proc, long maxFileBytes) {
    this.proc = proc;
    this.policy = OpenPolicy.atMost(maxFileBytes);
  }

  /**
   * The file behind a mapping of the process. An opened one was the mapping's when the process was
   * last seen to be the one meant; its build ID still decides whether it is the file expected.
   */
  public FileOpening open(ProcessId process, Mapping mapping) {
    if (mapping.kind() != MappingKind.FILE) {
      return new RefusedFile(FileRefusal.NO_FILE);
    }
    FileOpening byLink = byLink(process, mapping);
    FileOpening opening = pathMayHelp(byLink) ? byPath(process, mapping) : byLink;
    if (!proc.isCurrent(process)) {
      close(opening);
      return new RefusedFile(FileRefusal.PROCESS_GONE);
    }
    return opening;
  }

  /**
   * The kernel's ELF image in the process, read from its memory. The process can have changed it:
   * what is read belongs to this process only.
   *
   * @throws IOException when it is not a vDSO, or cannot be read
   */
  public ArrayBytes vdso(ProcessId process, Mapping mapping) throws IOException {
    long length = mapping.end() - mapping.start();
    if (mapping.kind() != MappingKind.VDSO || length <= 0 || length > MAX_VDSO_BYTES) {
      throw new MalformedException("no vDSO of a usable size");
    }
    byte[] image = new byte[(int) length];
    try (ProcessMemory memory = proc.memory(process.pid(), length)) {
      memory.read(mapping.start(), image, 0, image.length);
    }
    if (!proc.isCurrent(process)) {
      throw new IOException(FileRefusal.PROCESS_GONE.sentence());
    }
    return new ArrayBytes(image);
  }

  private FileOpening byLink(ProcessId process, Mapping mapping) {
    String link =
        proc.directory(process.pid())
            + "/map_files/"
            + Long.toHexString(mapping.start())
            + "-"
            + Long.toHexString(mapping.end());
    int flags = SystemCalls.O_PATH | SystemCalls.O_CLOEXEC;
    int fd = SystemCalls.open(SystemCalls.CURRENT_DIRECTORY, CString.of(link), flags);
    if (fd < 0) {
      return new RefusedFile(ErrorNumbers.refusal(-fd));
    }
    try (PinnedFile file = PinnedFile.of(fd)) {
      // By now something else may be mapped there. On overlayfs the kernel's own path decides.
      boolean same = isMapped(file.identity(), mapping) || file.kernelPath().equals(text(mapping));
      return same ? file.open(policy) : new RefusedFile(FileRefusal.OTHER_FILE);
    } catch (IOException e) {
      return new RefusedFile(FileRefusal.UNREADABLE);
    }
  }

  private FileOpening byPath(ProcessId process, Mapping mapping) {
    ContainerRoot root = proc.containerRoot(process.pid());
    String path = plain(mapping.path());
    FileOpening opening = checked(root.open(path, policy), mapping);
    if (opening instanceof RefusedFile && mapping.deleted()) {
      FileOpening literal = checked(root.open(path + DELETED, policy), mapping);
      return literal instanceof OpenedFile ? literal : opening;
    }
    return opening;
  }

  private static FileOpening checked(FileOpening opening, Mapping mapping) {
    if (opening instanceof OpenedFile file && !isMapped(file.identity(), mapping)) {
      close(file);
      return new RefusedFile(FileRefusal.OTHER_FILE);
    }
    return opening;
  }

  private static boolean isMapped(FileIdentity file, Mapping mapping) {
    return file.inode() == mapping.inode() && Device.mayBeSame(mapping.device(), file.device());
  }

  /** The path as links of /proc have it. */
  private static String text(Mapping mapping) {
    String path = plain(mapping.path());
    return mapping.deleted() ? path + DELETED : path;
  }

  /** maps escapes newlines but not backslashes; should that mislead, the inode tells. */
  private static String plain(String path) {
    return path.replace("\\012", "\n");
  }

  private static boolean pathMayHelp(FileOpening opening) {
    if (!(opening instanceof RefusedFile refused)) {
      return false;
    }
    return switch (refused.reason()) {
      case NOT_REGULAR, TOO_BIG, BUSY -> false;
      default -> true;
    };
  }

  private static void close(FileOpening opening) {
    if (opening instanceof OpenedFile file) {
      try {
        file.close();
      } catch (IOException e) {
        // A file opened for reading has nothing left to lose.
        return;
      }
    }
  }
}
