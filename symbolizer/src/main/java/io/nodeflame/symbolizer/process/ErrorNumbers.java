package io.nodeflame.symbolizer.process;

/** What the kernel's error numbers say about a file that was to be opened. */
final class ErrorNumbers {
  private ErrorNumbers() {}

  static FileRefusal refusal(int error) {
    return switch (error) {
      case SystemCalls.ENOENT, SystemCalls.ENOTDIR -> FileRefusal.ABSENT;
      case SystemCalls.EACCES, SystemCalls.EPERM -> FileRefusal.NO_PERMISSION;
      case SystemCalls.ELOOP -> FileRefusal.LINK_LOOP;
      case SystemCalls.ENAMETOOLONG, SystemCalls.EINVAL -> FileRefusal.BAD_PATH;
      case SystemCalls.ESRCH -> FileRefusal.PROCESS_GONE;
      case SystemCalls.EAGAIN -> FileRefusal.BUSY;
      default -> FileRefusal.UNREADABLE;
    };
  }
}
