package io.nodeflame.symbolizer.host;

import io.nodeflame.symbolizer.demangle.Style;
import java.nio.file.Path;
import java.util.List;

/**
 * Where names come from and how they look.
 *
 * @param cacheDir directory for symbol indexes, created where it is missing; writable
 * @param cacheBytes bound of all files in it
 * @param debugDirs absolute directories with separate debug files
 * @param demangle how C++ and Rust names are shown
 */
public record SymbolizerSettings(
    Path cacheDir, long cacheBytes, List<String> debugDirs, Style demangle) {
  public SymbolizerSettings {
    debugDirs = List.copyOf(debugDirs);
  }
}
