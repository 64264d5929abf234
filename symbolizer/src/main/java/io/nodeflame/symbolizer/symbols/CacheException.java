package io.nodeflame.symbolizer.symbols;

import java.io.IOException;

/** The cache directory cannot be used: full, read-only, gone, or no file can be opened. */
final class CacheException extends IOException {
  private static final long serialVersionUID = 1;

  CacheException(IOException cause) {
    super(cause.getMessage(), cause);
  }
}
