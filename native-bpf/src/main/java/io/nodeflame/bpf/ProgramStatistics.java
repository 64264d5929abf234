package io.nodeflame.bpf;

import java.nio.ByteBuffer;

/**
 * What the kernel measured of a BPF program.
 *
 * @param runNanos time inside the program, all CPUs; counted only while statistics are on
 * @param runs runs in that time
 * @param verifiedInstructions instructions that the verifier looked at (5.16 and later, else 0)
 */
public record ProgramStatistics(long runNanos, long runs, long verifiedInstructions) {

  static ProgramStatistics of(int programFd) {
    ByteBuffer numbers = BpfObject.direct(3 * Long.BYTES);
    int result = NativeLibrary.programStatistics(programFd, numbers);
    if (result != 0) {
      throw new IllegalStateException("program statistics cannot be read: errno " + -result);
    }
    return new ProgramStatistics(
        numbers.getLong(0), numbers.getLong(Long.BYTES), numbers.getLong(2 * Long.BYTES));
  }

  /**
   * Makes the kernel count for all programs until closed (5.8 and later, CAP_SYS_ADMIN).
   *
   * @throws SamplerException when the kernel refuses
   */
  public static AutoCloseable enable() throws SamplerException {
    NativeLibrary.get();
    int fd = NativeLibrary.enableStatistics();
    if (fd < 0) {
      throw new SamplerException(
          "BPF statistics need Linux 5.8 and the capability SYS_ADMIN: errno " + -fd);
    }
    return () -> NativeLibrary.closeFd(fd);
  }
}
