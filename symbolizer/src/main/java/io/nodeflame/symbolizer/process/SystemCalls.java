package io.nodeflame.symbolizer.process;

import com.sun.jna.Native;
import com.sun.jna.NativeLibrary;

/**
 * The system calls that Java lacks: opening below a directory and asking an open file who it is.
 * Results below zero are negative error numbers. Numbers are those of the kernel's headers for
 * x86-64 and aarch64, which differ in {@code O_NOFOLLOW} only.
 */
final class SystemCalls {
  static final int ENOENT = 2;
  static final int ESRCH = 3;
  static final int EPERM = 1;
  static final int EAGAIN = 11;
  static final int EACCES = 13;
  static final int ENOTDIR = 20;
  static final int EINVAL = 22;
  static final int ENAMETOOLONG = 36;
  static final int ENOSYS = 38;
  static final int ELOOP = 40;

  static final int CURRENT_DIRECTORY = -100;
  static final int O_RDONLY = 0;
  static final int O_NOCTTY = 0x100;
  static final int O_NONBLOCK = 0x800;
  static final int O_CLOEXEC = 0x80000;
  static final int O_PATH = 0x200000;
  static final int O_NOFOLLOW = noFollow(System.getProperty("os.arch"));

  static final int STATX_BYTES = 256;
  private static final int STATX_BASIC_STATS = 0x7ff;
  private static final int AT_EMPTY_PATH = 0x1000;

  private static final long OPENAT2 = 437;
  private static final long OPEN_HOW_BYTES = 24;
  private static final long RESOLVE_NO_MAGICLINKS = 0x02;
  private static final long RESOLVE_IN_ROOT = 0x10;

  private static final byte[] NO_PATH = {0};

  static {
    // The process itself rather than "c": finds the libc in use, glibc or musl.
    Native.register(SystemCalls.class, NativeLibrary.getProcess());
  }

  private SystemCalls() {}

  /** Kernel 5.6; elsewhere -ENOSYS, or -EPERM from older seccomp filters. */
  static int openBelow(int root, byte[] path, int flags) {
    long[] how = {flags, 0, RESOLVE_IN_ROOT | RESOLVE_NO_MAGICLINKS};
    return result((int) syscall(OPENAT2, root, path, how, OPEN_HOW_BYTES));
  }

  static int open(int directory, byte[] path, int flags) {
    return result(openat(directory, path, flags, 0));
  }

  /** Fills a {@code struct statx} for the open file itself. */
  static int status(int fd, byte[] statx) {
    return result(statx(fd, NO_PATH, AT_EMPTY_PATH, STATX_BASIC_STATS, statx));
  }

  /** The target of the open link; a negative number when it is not a link. */
  static int readLink(int fd, byte[] target) {
    return result((int) readlinkat(fd, NO_PATH, target, target.length));
  }

  static int readLink(byte[] path, byte[] target) {
    return result((int) readlinkat(CURRENT_DIRECTORY, path, target, target.length));
  }

  static void closeFile(int fd) {
    close(fd);
  }

  private static int result(int value) {
    return value < 0 ? -Native.getLastError() : value;
  }

  /** Bytes of a page of memory. */
  static int pageBytes() {
    return getpagesize();
  }

  private static int noFollow(String architecture) {
    return switch (architecture) {
      case "amd64", "x86_64" -> 0x20000;
      case "aarch64" -> 0x8000;
      default -> throw new UnsupportedOperationException("no file flags for " + architecture);
    };
  }

  private static native long syscall(
      long number, long directory, byte[] path, long[] how, long howBytes);

  private static native int openat(int directory, byte[] path, int flags, int mode);

  private static native int statx(int fd, byte[] path, int flags, int mask, byte[] status);

  private static native long readlinkat(int directory, byte[] path, byte[] target, long length);

  private static native int close(int fd);

  private static native int getpagesize();
}
