package io.nodeflame.collector.config;

import java.net.URI;
import java.nio.file.Path;
import java.util.List;

/**
 * Where names come from and how they look.
 *
 * @param cacheDir holds symbol tables and unwind rows by build ID
 * @param cacheSizeBytes bound of that directory
 * @param debugDirs where separate debug files are looked for
 */
public record SymbolsConfig(
    Path cacheDir,
    long cacheSizeBytes,
    List<Path> debugDirs,
    Debuginfod debuginfod,
    Demangle demangle) {

  /**
   * Servers of debug files.
   *
   * @param urls in the order of asking; empty turns it off
   * @param maxFileSizeBytes a longer file is not taken
   */
  public record Debuginfod(List<URI> urls, long maxFileSizeBytes) {
    public Debuginfod {
      urls = List.copyOf(urls);
      Rules.HTTP_URL.requireEach("symbols.debuginfod.urls", urls);
      SIZE.require("symbols.debuginfod.maxFileSize", maxFileSizeBytes);
    }
  }

  /** How C++ and Rust names are shown. */
  public enum Demangle {
    NONE,
    SIMPLIFIED,
    FULL
  }

  private static final Rule<Long> SIZE = Rules.bytes(1L << 20, 1L << 40);
  private static final Rule<Demangle> DEMANGLE = Rules.oneOf(Demangle.class);

  public static final SymbolsConfig DEFAULT =
      new SymbolsConfig(
          Path.of("/var/cache/nodeflame"),
          512L << 20,
          List.of(Path.of("/usr/lib/debug")),
          new Debuginfod(List.of(), 512L << 20),
          Demangle.SIMPLIFIED);

  public SymbolsConfig {
    debugDirs = List.copyOf(debugDirs);
    Rules.DIRECTORY.require("symbols.cacheDir", cacheDir);
    Rules.DIRECTORY.requireEach("symbols.debugDirs", debugDirs);
    SIZE.require("symbols.cacheSize", cacheSizeBytes);
  }

  static SymbolsConfig read(Section section) {
    Section debuginfod = section.section("debuginfod");
    SymbolsConfig config =
        new SymbolsConfig(
            section.value("cacheDir", DEFAULT.cacheDir, Rules.DIRECTORY),
            section.value("cacheSize", DEFAULT.cacheSizeBytes, SIZE),
            section.list("debugDirs", DEFAULT.debugDirs, Rules.DIRECTORY),
            new Debuginfod(
                debuginfod.list("urls", DEFAULT.debuginfod.urls, Rules.HTTP_URL),
                debuginfod.value("maxFileSize", DEFAULT.debuginfod.maxFileSizeBytes, SIZE)),
            section.value("demangle", DEFAULT.demangle, DEMANGLE));
    debuginfod.refuseOtherKeys();
    section.refuseOtherKeys();
    return config;
  }

  PrintedSection print() {
    return new PrintedSection()
        .text("cacheDir", cacheDir.toString())
        .text("cacheSize", ByteSizeText.format(cacheSizeBytes))
        .texts("debugDirs", debugDirs)
        .section(
            "debuginfod",
            new PrintedSection()
                .texts("urls", debuginfod.urls)
                .text("maxFileSize", ByteSizeText.format(debuginfod.maxFileSizeBytes)))
        .text("demangle", Rules.name(demangle));
  }
}
