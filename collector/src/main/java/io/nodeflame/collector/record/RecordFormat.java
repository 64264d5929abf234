package io.nodeflame.collector.record;

import java.nio.file.Path;
import java.util.Optional;

/** What a recording is written as; the file's name says it. */
public enum RecordFormat {
  PPROF(".pb.gz"),
  HTML(".html"),
  FOLDED(".folded");

  private final String suffix;

  RecordFormat(String suffix) {
    this.suffix = suffix;
  }

  /** The name that means the standard output; a pprof goes there. */
  public static final Path STANDARD_OUTPUT = Path.of("-");

  /** The format for a file of this name. */
  public static Optional<RecordFormat> of(Path file) {
    if (file.equals(STANDARD_OUTPUT)) {
      return Optional.of(PPROF);
    }
    String name = String.valueOf(file.getFileName());
    for (RecordFormat format : values()) {
      if (name.endsWith(format.suffix)) {
        return Optional.of(format);
      }
    }
    return Optional.empty();
  }
}
