package io.nodeflame.symbolizer.kernel;

/** Whether the kernel shows us its symbols. */
public enum KernelVisibility {
  /** Nothing has been looked up yet. */
  NOT_READ("kernel symbols have not been read yet"),
  VISIBLE("kernel symbols are readable"),
  HIDDEN(
      "/proc/kallsyms shows every address as zero: give CAP_SYSLOG, and set kernel.kptr_restrict to"
          + " 0 or 1"),
  UNREADABLE("/proc/kallsyms cannot be read: mount /proc, on a kernel with CONFIG_KALLSYMS"),
  EMPTY("/proc/kallsyms lists no functions");

  private final String sentence;

  KernelVisibility(String sentence) {
    this.sentence = sentence;
  }

  /** What it is, and how to fix it, for humans. */
  public String sentence() {
    return sentence;
  }
}
