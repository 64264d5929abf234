package io.nodeflame.symbolizer.process;

import io.nodeflame.symbolizer.bytes.FileBytes;
import java.io.IOException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * A file held by {@code O_PATH}: nobody can exchange it any more, and neither a FIFO nor a device
 * notices. It is opened for reading only after its status was checked.
 */
final class PinnedFile implements AutoCloseable {
  private static final VarHandle INT =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);
  private static final VarHandle LONG =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
  private static final int KIND_MASK = 0xf000;
  private static final int REGULAR = 0x8000;
  private static final long NANOS = 1_000_000_000;

  private final int fd;
  private final int mode;
  private final int uid;
  private final FileIdentity identity;

  private PinnedFile(int fd, byte[] statx) {
    this.fd = fd;
    // struct statx of the kernel's stat.h: uid 20, mode 28, ino 32, size 40, mtime 112, dev 136
    this.uid = (int) INT.get(statx, 20);
    this.mode = (int) INT.get(statx, 28) & 0xffff;
    long device =
        Device.number(
            Integer.toUnsignedLong((int) INT.get(statx, 136)),
            Integer.toUnsignedLong((int) INT.get(statx, 140)));
    long modified = (long) LONG.get(statx, 112) * NANOS + (int) INT.get(statx, 120);
    this.identity =
        new FileIdentity(device, (long) LONG.get(statx, 32), (long) LONG.get(statx, 40), modified);
  }

  /** Takes ownership of the descriptor, in every case. */
  static PinnedFile of(int fd) throws IOException {
    byte[] statx = new byte[SystemCalls.STATX_BYTES];
    int result = SystemCalls.status(fd, statx);
    if (result < 0) {
      SystemCalls.closeFile(fd);
      throw new IOException("statx failed with error " + -result);
    }
    return new PinnedFile(fd, statx);
  }

  FileIdentity identity() {
    return identity;
  }

  /** The first rule of the policy that the file breaks, else the file opened for reading. */
  FileOpening open(OpenPolicy policy) {
    if ((mode & KIND_MASK) != REGULAR) {
      return new RefusedFile(FileRefusal.NOT_REGULAR);
    }
    if (policy.ownerUid() != OpenPolicy.ANY_OWNER && uid != 0 && uid != policy.ownerUid()) {
      return new RefusedFile(FileRefusal.WRONG_OWNER);
    }
    if (identity.size() > policy.maxBytes()) {
      return new RefusedFile(FileRefusal.TOO_BIG);
    }
    if (Math.floorDiv(identity.modifiedNanos(), 1_000_000) < policy.notBeforeMillis()) {
      return new RefusedFile(FileRefusal.OUTDATED);
    }
    return openForReading();
  }

  /** Where the kernel says the file is, seen from our own root; empty when it does not say. */
  String kernelPath() {
    byte[] target = new byte[8192];
    int length = SystemCalls.readLink(CString.of(link(fd)), target);
    return length <= 0 ? "" : new String(target, 0, length, StandardCharsets.UTF_8);
  }

  @Override
  public void close() {
    SystemCalls.closeFile(fd);
  }

  /**
   * A holder of a write lease could let a plain open wait for 45 seconds (fcntl(2), F_SETLEASE).
   * The first open does not wait, and while it is open no write lease can be taken, so that Java's
   * own open, which lacks the flag, does not wait either.
   */
  private FileOpening openForReading() {
    int flags =
        SystemCalls.O_RDONLY
            | SystemCalls.O_NONBLOCK
            | SystemCalls.O_NOCTTY
            | SystemCalls.O_CLOEXEC;
    int guard = SystemCalls.open(SystemCalls.CURRENT_DIRECTORY, CString.of(link(fd)), flags);
    if (guard < 0) {
      return new RefusedFile(ErrorNumbers.refusal(-guard));
    }
    try {
      FileChannel channel = FileChannel.open(Path.of(link(guard)), StandardOpenOption.READ);
      return new OpenedFile(new FileBytes(channel), identity);
    } catch (IOException e) {
      return new RefusedFile(FileRefusal.UNREADABLE);
    } finally {
      SystemCalls.closeFile(guard);
    }
  }

  private static String link(int fd) {
    return "/proc/self/fd/" + fd;
  }
}
