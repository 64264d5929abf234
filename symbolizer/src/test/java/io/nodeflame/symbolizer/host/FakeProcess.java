package io.nodeflame.symbolizer.host;

import io.nodeflame.symbolizer.context.ContextBytes;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** One process of a made-up {@code /proc}: what it shows can change or go at any moment. */
final class FakeProcess {
  static final int PID = 123;
  static final long TICKS = 99_000;

  private final Path proc;
  private final Path directory;
  private final StringBuilder maps = new StringBuilder();

  FakeProcess(Path proc) throws IOException {
    this.proc = proc;
    this.directory = Files.createDirectories(proc.resolve(Integer.toString(PID)));
    Files.createDirectories(root().resolve("tmp"));
    writeUptime("1000.00");
    int uid = (int) Files.getAttribute(proc, "unix:uid");
    Files.writeString(
        directory.resolve("status"),
        "Name:\tx\nTgid:\t123\nPid:\t123\nUid:\t" + (uid + "\t").repeat(4) + "\nNSpid:\t123\t7\n");
    writeStat(TICKS);
  }

  void writeStat(long ticks) throws IOException {
    Files.writeString(
        directory.resolve("stat"),
        "123 (x) S 1 1 1 0 -1 0 0 0 0 0 0 0 0 0 20 0 1 0 " + ticks + " 0 0\n");
  }

  /** What the process sees as {@code /}. */
  Path root() {
    return directory.resolve("root");
  }

  Path perfMap() {
    return root().resolve("tmp/perf-7.map");
  }

  /** Puts a file into the root and maps all of it as code, from its first byte on. */
  void map(long start, String name, byte[] content) throws IOException {
    Path file = Files.write(root().resolve(name), content);
    long device = (long) Files.getAttribute(file, "unix:dev");
    long major = (device >>> 8 & 0xfff) | (device >>> 32 & ~0xfffL);
    long minor = (device & 0xff) | (device >>> 12 & ~0xffL);
    long pages = (content.length + 4095L) / 4096;
    line(
        start,
        start + Math.max(1, pages) * 4096,
        String.format(
            "%02x:%02x %d /%s", major, minor, (long) Files.getAttribute(file, "unix:ino"), name));
  }

  /** Maps memory without a file. */
  void mapAnonymous(long start, long end) throws IOException {
    line(start, end, "00:00 0");
  }

  /** A process context at an address, in memory that holds nothing else. */
  void publish(long address, String service) throws IOException {
    byte[] payload = ContextBytes.resource(ContextBytes.attribute("service.name", service));
    try (FileChannel memory =
        FileChannel.open(memory(), StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
      byte[] header = ContextBytes.header(2, payload.length, 1, address + 32);
      memory.write(ByteBuffer.wrap(header), address);
      memory.write(ByteBuffer.wrap(payload), address + 32);
    }
    showContext(address);
  }

  /** Its line among the mappings. */
  void showContext(long address) throws IOException {
    maps.append(
        String.format(
            "%x-%x rw-s 00000000 00:01 5 /memfd:OTEL_CTX (deleted)%n", address, address + 4096));
    writeMaps(maps.toString());
  }

  /** What stands for its memory. */
  Path memory() {
    return directory.resolve("mem");
  }

  /** Started 10 s ago at first. */
  void writeUptime(String seconds) throws IOException {
    Files.writeString(proc.resolve("uptime"), seconds + " 900.00\n");
  }

  private void line(long start, long end, String rest) throws IOException {
    maps.append(String.format("%x-%x r-xp 00000000 %s%n", start, end, rest));
    writeMaps(maps.toString());
  }

  void writeMaps(String text) throws IOException {
    Files.writeString(directory.resolve("maps"), text);
  }

  void delete(String file) throws IOException {
    Files.delete(directory.resolve(file));
  }

  /** Everything of the process goes at once. */
  void die() throws IOException {
    List<Path> all;
    try (Stream<Path> files = Files.walk(directory)) {
      all = files.sorted(Comparator.reverseOrder()).toList();
    }
    for (Path file : all) {
      Files.delete(file);
    }
  }

  Path proc() {
    return proc;
  }
}
