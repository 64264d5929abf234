package io.nodeflame.collector.config;

import static io.nodeflame.collector.config.Loading.assertRefused;
import static io.nodeflame.collector.config.Loading.config;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SymbolsConfigTest {
  @Test
  void defaults() {
    assertEquals(
        new SymbolsConfig(
            Path.of("/var/cache/nodeflame"),
            536_870_912,
            List.of(Path.of("/usr/lib/debug")),
            new SymbolsConfig.Debuginfod(List.of(), 536_870_912),
            SymbolsConfig.Demangle.SIMPLIFIED),
        config("symbols: {debuginfod: {}}").symbols());
  }

  @Test
  void everyKeyIsMapped() {
    assertEquals(
        new SymbolsConfig(
            Path.of("/c"),
            1 << 30,
            List.of(Path.of("/d"), Path.of("/e")),
            new SymbolsConfig.Debuginfod(List.of(URI.create("https://debug.example")), 1 << 20),
            SymbolsConfig.Demangle.NONE),
        config(
                """
                symbols:
                  cacheDir: /c
                  cacheSize: 1GiB
                  debugDirs: [/d, /e]
                  debuginfod: { urls: ["https://debug.example"], maxFileSize: 1MiB }
                  demangle: none
                """)
            .symbols());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "cacheDir | cacheDir: cache",
        "cacheDir | cacheDir: ''",
        "cacheDir | cacheDir: \"/a\\0\"",
        "cacheSize | cacheSize: 512",
        "cacheSize | cacheSize: 1KiB",
        "cacheSize | cacheSize: 512 MiB",
        "debugDirs[0] | debugDirs: [lib]",
        "debuginfod.urls[0] | debuginfod: {urls: ['ftp://a']}",
        "debuginfod.urls[0] | debuginfod: {urls: ['https://a?k=v']}",
        "debuginfod.maxFileSize | debuginfod: {maxFileSize: 2TiB}",
        "debuginfod.url | debuginfod: {url: 'http://a'}",
        "demangle | demangle: templates",
        "cachedir | cachedir: /c"
      })
  void badValueIsRefused(String key, String yaml) {
    assertRefused("symbols." + key, "symbols: {" + yaml + "}");
  }
}
