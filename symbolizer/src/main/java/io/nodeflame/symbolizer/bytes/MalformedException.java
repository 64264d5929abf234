package io.nodeflame.symbolizer.bytes;

import java.io.IOException;

/**
 * The bytes contradict their format: an offset beyond the end, a count beyond its bound, a bad
 * magic. The file or table is refused as a whole; the message names what was wrong, never its
 * content.
 */
public final class MalformedException extends IOException {
  private static final long serialVersionUID = 1;

  public MalformedException(String message) {
    super(message);
  }
}
