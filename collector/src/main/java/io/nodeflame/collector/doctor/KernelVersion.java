package io.nodeflame.collector.doctor;

import java.nio.file.Path;
import java.util.Optional;

/**
 * A version of Linux.
 *
 * @param release as the kernel calls itself, such as {@code 6.1.0-18-amd64}
 */
public record KernelVersion(int major, int minor, int patch, String release) {
  private static final int MAX_DIGITS = 6;

  /** Reads the numbers in front of a release; empty when there are none. */
  public static Optional<KernelVersion> parse(String release) {
    return parse(release, release);
  }

  /**
   * The version that this kernel is built from. Debian and Ubuntu put a fixed patch level into the
   * release ({@code 6.1.0-18-amd64} is 6.1.76); Debian says the true one in {@code /proc/version},
   * Ubuntu in {@code /proc/version_signature}.
   *
   * @param proc the root of procfs
   */
  public static Optional<KernelVersion> read(Path proc) {
    String release = KernelText.read(proc.resolve("sys/kernel/osrelease")).orElse("");
    Optional<KernelVersion> named = parse(release, release);
    String signature = KernelText.read(proc.resolve("version_signature")).orElse("");
    String debian = after(KernelText.read(proc.resolve("version")).orElse(""), " Debian ");
    return named.map(
        version ->
            parse(signature.substring(signature.lastIndexOf(' ') + 1), release)
                .or(() -> parse(debian, release))
                .filter(version::isSameSeries)
                .orElse(version));
  }

  public boolean isAtLeast(int otherMajor, int otherMinor, int otherPatch) {
    return major != otherMajor
        ? major > otherMajor
        : minor != otherMinor ? minor > otherMinor : patch >= otherPatch;
  }

  boolean isSeries(int otherMajor, int otherMinor) {
    return major == otherMajor && minor == otherMinor;
  }

  private boolean isSameSeries(KernelVersion other) {
    return isSeries(other.major, other.minor);
  }

  @Override
  public String toString() {
    String version = major + "." + minor + "." + patch;
    return release.startsWith(version) ? release : release + " (" + version + ")";
  }

  private static Optional<KernelVersion> parse(String text, String release) {
    int[] numbers = new int[3];
    int at = 0;
    for (int i = 0; i < numbers.length; i++) {
      int start = at;
      while (at < text.length() && text.charAt(at) >= '0' && text.charAt(at) <= '9') {
        at++;
      }
      if (at == start || at - start > MAX_DIGITS) {
        return Optional.empty();
      }
      numbers[i] = Integer.parseInt(text.substring(start, at));
      boolean more = at < text.length() && text.charAt(at) == '.';
      if (!more && i > 0) {
        break; // "6.4-rc1" has no patch level
      }
      if (!more && i == 0) {
        return Optional.empty();
      }
      at++;
    }
    return Optional.of(new KernelVersion(numbers[0], numbers[1], numbers[2], release));
  }

  private static String after(String text, String mark) {
    int at = text.indexOf(mark);
    return at < 0 ? "" : text.substring(at + mark.length());
  }
}
