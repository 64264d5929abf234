package io.nodeflame.symbolizer.host;

import io.nodeflame.symbolizer.AddressSpace;
import io.nodeflame.symbolizer.Location;
import io.nodeflame.symbolizer.demangle.Style;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;

/** A symbolizer of this host, or of a made-up {@code /proc}, whose time the test owns. */
final class HostBench implements AutoCloseable {
  private final AtomicLong nanos = new AtomicLong(1);
  private final AtomicLong nanosPerLook = new AtomicLong();
  private final HostSymbolizer symbolizer;

  private HostBench(SymbolizerSettings settings, Path proc, CodeFiles.Limits limits)
      throws IOException {
    this.symbolizer = HostSymbolizer.open(settings, proc, limits, this::look);
  }

  static HostBench of(Path cache) throws IOException {
    return of(cache, 64L << 20, Path.of("/proc"), CodeFiles.Limits.DEFAULT);
  }

  static HostBench of(Path cache, long cacheBytes, Path proc, CodeFiles.Limits limits)
      throws IOException {
    SymbolizerSettings settings =
        new SymbolizerSettings(cache, cacheBytes, List.of("/usr/lib/debug"), Style.SIMPLIFIED);
    return new HostBench(settings, proc, limits);
  }

  HostSymbolizer symbolizer() {
    return symbolizer;
  }

  AddressSpace read(Victim victim) {
    return symbolizer.read(victim.pid(), victim.startTicks());
  }

  private long look() {
    return nanos.getAndAdd(nanosPerLook.get());
  }

  /** Lets time pass with each look at the clock, as it does while something is slow. */
  void advanceWithEachLook(Duration time) {
    nanosPerLook.set(time.toNanos());
  }

  void advance(Duration time) {
    nanos.addAndGet(time.toNanos());
  }

  int openFiles() {
    return symbolizer.statistics().openFiles();
  }

  static String function(Location location) {
    return location.lines().get(0).function();
  }

  static String name(AddressSpace space, long address) {
    return function(space.locate(address, false));
  }

  /** Descriptors of this process that lead below a directory. */
  static long descriptorsBelow(Path directory) {
    long count = 0;
    try (DirectoryStream<Path> links = Files.newDirectoryStream(Path.of("/proc/self/fd"))) {
      for (Path link : links) {
        count += leadsBelow(directory, link) ? 1 : 0;
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return count;
  }

  private static boolean leadsBelow(Path directory, Path link) throws IOException {
    try {
      return Files.readSymbolicLink(link).startsWith(directory);
    } catch (NoSuchFileException e) {
      return false; // another thread's, closed meanwhile
    }
  }

  @Override
  public void close() {
    symbolizer.close();
  }
}
