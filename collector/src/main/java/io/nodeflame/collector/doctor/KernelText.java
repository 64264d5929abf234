package io.nodeflame.collector.doctor;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalInt;

/** Reads small files of {@code /proc} and {@code /sys}: bounded, and absent when unreadable. */
final class KernelText {
  private static final int MAX_BYTES = 1 << 20;

  private KernelText() {}

  /** At most the first MiB, without the white space around it. */
  static Optional<String> read(Path file) {
    try (InputStream in = Files.newInputStream(file)) {
      return Optional.of(new String(in.readNBytes(MAX_BYTES), StandardCharsets.UTF_8).strip());
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  static OptionalInt readInt(Path file) {
    Optional<String> text = read(file);
    try {
      return text.isPresent() ? OptionalInt.of(Integer.parseInt(text.get())) : OptionalInt.empty();
    } catch (NumberFormatException e) {
      return OptionalInt.empty();
    }
  }

  /** The value of a {@code Key:<tab>value} line, as {@code /proc/self/status} has them. */
  static Optional<String> field(Path file, String key) {
    return read(file)
        .flatMap(
            text ->
                text.lines()
                    .filter(line -> line.startsWith(key + ":"))
                    .map(line -> line.substring(key.length() + 1).strip())
                    .findFirst());
  }
}
