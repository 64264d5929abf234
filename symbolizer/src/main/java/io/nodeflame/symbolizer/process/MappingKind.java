package io.nodeflame.symbolizer.process;

/** What executable memory is made of. */
public enum MappingKind {
  /** A file with code; it may be deleted or replaced by now. */
  FILE,
  /** Memory without a file behind it, memfd and shared memory included: run-time code. */
  ANONYMOUS,
  /** The kernel's own ELF image in each process. */
  VDSO,
  /** The fixed legacy page of x86-64; its address is the kernel's half. */
  VSYSCALL
}
