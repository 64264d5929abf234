package io.nodeflame.symbolizer.process;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Files below a directory that somebody else fills, such as the root of a container. No link,
 * {@code ..} or mount inside leads out of it, and no FIFO or device is ever opened. Nothing stays
 * open between calls. A file system in user space (FUSE) that the container mounted itself can
 * still delay a call.
 */
public final class ContainerRoot {
  private static final int PIN = SystemCalls.O_PATH | SystemCalls.O_CLOEXEC;

  /** The kernel asks for another try when a directory was renamed meanwhile. */
  private static final int MAX_TRIES = 8;

  private final String directory;
  private final boolean ofProcess;
  private boolean walkByHand;

  private ContainerRoot(String directory, boolean ofProcess, boolean walkByHand) {
    this.directory = directory;
    this.ofProcess = ofProcess;
    this.walkByHand = walkByHand;
  }

  /** Files below a plain directory, or below {@code /}. */
  public static ContainerRoot at(Path directory) {
    return new ContainerRoot(directory.toString(), false, false);
  }

  /** {@code /proc/PID/root}: the process's root and mounts, whatever its namespaces. */
  static ContainerRoot ofProcess(Path processDirectory) {
    return new ContainerRoot(processDirectory.resolve("root").toString(), true, false);
  }

  /** The same root, with paths resolved as on a kernel before 5.6. */
  ContainerRoot withoutOpenat2() {
    return new ContainerRoot(directory, ofProcess, true);
  }

  /**
   * Opens a file when it keeps to the policy.
   *
   * @param path counts from the root, with or without a leading slash
   */
  public FileOpening open(String path, OpenPolicy policy) {
    return openUnless(null, path, policy).orElseThrow();
  }

  /** As {@link #open}, but empty when the file is still the one that the caller knows. */
  public Optional<FileOpening> openIfChanged(String path, OpenPolicy policy, FileIdentity known) {
    return openUnless(known, path, policy);
  }

  private Optional<FileOpening> openUnless(
      @Nullable FileIdentity known, String path, OpenPolicy policy) {
    if (!CString.isPath(path)) {
      return refused(FileRefusal.BAD_PATH);
    }
    int root = SystemCalls.open(SystemCalls.CURRENT_DIRECTORY, CString.of(directory), PIN);
    if (root < 0) {
      FileRefusal reason = ErrorNumbers.refusal(-root);
      boolean gone = ofProcess && reason == FileRefusal.ABSENT;
      return refused(gone ? FileRefusal.PROCESS_GONE : reason);
    }
    int fd;
    try {
      fd = pin(root, path, policy.followLastLink());
    } finally {
      SystemCalls.closeFile(root);
    }
    if (fd < 0) {
      return refused(ErrorNumbers.refusal(-fd));
    }
    try (PinnedFile file = PinnedFile.of(fd)) {
      if (file.identity().equals(known)) {
        return Optional.empty();
      }
      return Optional.of(file.open(policy));
    } catch (IOException e) {
      return refused(FileRefusal.UNREADABLE);
    }
  }

  private int pin(int root, String path, boolean followLastLink) {
    if (!walkByHand) {
      int flags = followLastLink ? PIN : PIN | SystemCalls.O_NOFOLLOW;
      int fd = -SystemCalls.EAGAIN;
      for (int i = 0; i < MAX_TRIES && fd == -SystemCalls.EAGAIN; i++) {
        fd = SystemCalls.openBelow(root, CString.of(path), flags);
      }
      walkByHand = fd == -SystemCalls.ENOSYS || fd == -SystemCalls.EPERM;
      if (!walkByHand) {
        return fd;
      }
    }
    return new RootWalk(root).resolve(path, followLastLink);
  }

  private static Optional<FileOpening> refused(FileRefusal reason) {
    return Optional.of(new RefusedFile(reason));
  }
}
