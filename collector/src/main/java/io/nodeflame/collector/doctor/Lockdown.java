package io.nodeflame.collector.doctor;

import java.nio.file.Path;

/** The kernel's lockdown mode, {@code lockdown(7)}. */
public enum Lockdown {
  /** Off, not built in, or not to be seen without securityfs. */
  NONE,
  INTEGRITY,
  /** BPF programs may not read kernel memory. */
  CONFIDENTIALITY;

  /** Reads {@code none [integrity] confidentiality}: the brackets mark the mode in force. */
  static Lockdown parse(String text) {
    return text.contains("[confidentiality]")
        ? CONFIDENTIALITY
        : text.contains("[integrity]") ? INTEGRITY : NONE;
  }

  /**
   * The mode in force.
   *
   * @param sys the root of sysfs
   */
  public static Lockdown read(Path sys) {
    return KernelText.read(sys.resolve("kernel/security/lockdown"))
        .map(Lockdown::parse)
        .orElse(NONE);
  }
}
