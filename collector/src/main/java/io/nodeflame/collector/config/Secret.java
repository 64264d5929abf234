package io.nodeflame.collector.config;

import io.nodeflame.collector.file.RegularFile;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Optional;

/**
 * A password or token. It never shows itself: {@link #toString} is a mask, and only {@link #reveal}
 * gives the text.
 */
public final class Secret {
  /** No secret at all. */
  public static final Secret NONE = new Secret("", Optional.empty(), "");

  /** What stands for a secret wherever one is printed. */
  static final String MASK = "********";

  static final int MAX_BYTES = 16 * 1024;

  private final String text;
  private final Optional<Path> file;
  private final String reference;

  private Secret(String text, Optional<Path> file, String reference) {
    this.text = text;
    this.file = file;
    this.reference = reference;
  }

  /** A secret that is known now; an empty one is {@link #NONE}. */
  public static Secret of(String text) {
    return text.isEmpty() ? NONE : new Secret(text, Optional.empty(), "");
  }

  /** A secret that a file holds, read anew at each use so that it can be rotated. */
  public static Secret inFile(Path file) {
    return new Secret("", Optional.of(file), "");
  }

  /**
   * @param reference how the configuration spells it, variables only, such as {@code ${TOKEN}}
   */
  static Secret fromEnvironment(String text, String reference) {
    return text.isEmpty() ? NONE : new Secret(text, Optional.empty(), reference);
  }

  public boolean isSet() {
    return file.isPresent() || !text.isEmpty();
  }

  /** The file that holds it, when one does. */
  public Optional<Path> file() {
    return file;
  }

  /**
   * The secret itself, empty for {@link #NONE}. Of a file: its content now, without the white space
   * around it.
   *
   * @throws IOException when the file is no regular one, cannot be read, is empty, longer than 16
   *     KiB, or holds control characters; the message names the file and never its content
   */
  public String reveal() throws IOException {
    if (file.isEmpty()) {
      return text;
    }
    Path path = file.get();
    byte[] bytes = RegularFile.read(path, MAX_BYTES + 1);
    String content = new String(bytes, StandardCharsets.UTF_8).strip();
    if (bytes.length > MAX_BYTES || content.isEmpty() || !Rules.isPrintable(content)) {
      throw new IOException(
          "secret file " + path + " must hold one line of text of at most " + MAX_BYTES + " bytes");
    }
    return content;
  }

  /** How to write it into a printed configuration: a variable, or a mask that is no secret. */
  String printable() {
    return reference.isEmpty() ? MASK : reference;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Secret that && text.equals(that.text) && file.equals(that.file);
  }

  @Override
  public int hashCode() {
    return 31 * text.hashCode() + file.hashCode();
  }

  @Override
  public String toString() {
    return file.map(path -> "file " + path).orElse(isSet() ? MASK : "none");
  }
}
