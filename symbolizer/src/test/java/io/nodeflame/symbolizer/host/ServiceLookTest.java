package io.nodeflame.symbolizer.host;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nodeflame.symbolizer.AddressSpace;
import io.nodeflame.symbolizer.PublishedService;
import io.nodeflame.symbolizer.elf.Toolchain;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** When a process context is looked for, over a made-up {@code /proc}. */
class ServiceLookTest {
  private static final long CONTEXT = 0x7f00_1000;
  private static final PublishedService SHOP = new PublishedService("shop", "", "");

  @TempDir Path directory;
  private FakeProcess process;
  private HostBench bench;

  @BeforeEach
  void open() throws IOException {
    process = new FakeProcess(Files.createDirectory(directory.resolve("proc")));
    process.mapAnonymous(0x1000, 0x2000);
    bench =
        HostBench.of(directory.resolve("cache"), 1 << 20, process.proc(), CodeFiles.Limits.DEFAULT);
  }

  @AfterEach
  void close() {
    bench.close();
  }

  private AddressSpace read() {
    return bench.symbolizer().read(FakeProcess.PID, FakeProcess.TICKS);
  }

  /** Returns once all that was asked for before is read. */
  private PublishedService published() {
    return published(FakeProcess.TICKS, Duration.ofSeconds(30));
  }

  private PublishedService published(long ticks, Duration patience) {
    return bench.symbolizer().publishedBy(FakeProcess.PID, ticks, patience);
  }

  @Test
  void atTheFirstRead() throws IOException {
    process.publish(CONTEXT, "shop");
    AddressSpace space = read();
    assertEquals(SHOP, published());
    assertEquals(SHOP, space.service());
  }

  @Test
  void againWhileTheProcessIsYoung() throws IOException {
    AddressSpace space = read();
    bench.advance(Duration.ofSeconds(1));
    assertEquals(PublishedService.NONE, space.service()); // looked, and not there
    process.publish(CONTEXT, "shop");
    bench.advance(Duration.ofSeconds(2));
    assertEquals(PublishedService.NONE, space.service()); // not due
    assertEquals(SHOP, published());
    assertEquals(PublishedService.NONE, space.service());
    bench.advance(Duration.ofSeconds(1));
    space.service();
    assertEquals(SHOP, published());
    assertEquals(SHOP, space.service());
  }

  @Test
  void notAgainWhenTheProcessIsOld() throws IOException {
    process.writeUptime("2000.00");
    AddressSpace space = read();
    process.publish(CONTEXT, "shop");
    for (int seconds = 0; seconds < 100; seconds++) {
      bench.advance(Duration.ofSeconds(1));
      space.service();
    }
    assertEquals(SHOP, published());
    assertEquals(PublishedService.NONE, space.service());
  }

  @Test
  void notForEver() throws IOException {
    AddressSpace space = read();
    for (int seconds = 0; seconds < 100; seconds++) {
      bench.advance(Duration.ofSeconds(1));
      assertEquals(PublishedService.NONE, space.service());
    }
    process.publish(CONTEXT, "shop");
    for (int seconds = 0; seconds < 100; seconds++) {
      bench.advance(Duration.ofSeconds(1));
      space.service();
    }
    assertEquals(SHOP, published());
    assertEquals(PublishedService.NONE, space.service());
  }

  @Test
  void whatWasFoundStays() throws IOException {
    process.publish(CONTEXT, "shop");
    AddressSpace space = read();
    assertEquals(SHOP, published());
    process.publish(CONTEXT, "cart");
    bench.advance(Duration.ofSeconds(100));
    space.service();
    assertEquals("cart", published().name());
    assertEquals(SHOP, space.service());
  }

  @Test
  void memoryWhoseReadsDoNotEndHoldsUpNoSample() throws Exception {
    new Toolchain(directory).run("mkfifo", process.memory().toString());
    process.showContext(CONTEXT);
    AddressSpace space = read();
    for (int seconds = 0; seconds < 100; seconds++) {
      bench.advance(Duration.ofSeconds(1));
      assertEquals(PublishedService.NONE, space.service());
    }
    assertEquals(
        PublishedService.NONE, published(FakeProcess.TICKS, Duration.ofMillis(100)), "gave up");
    process.writeStat(FakeProcess.TICKS + 5);
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
    PublishedService now = PublishedService.NONE;
    try (OutputStream release = Files.newOutputStream(process.memory())) {
      assertNotNull(release, "a writer, which ends the wait of the reader");
      Files.delete(process.memory());
      process.publish(CONTEXT, "shop");
      while (!now.equals(SHOP)) {
        assertTrue(System.nanoTime() < deadline, "the thread still waits");
        now = published(FakeProcess.TICKS + 5, Duration.ofSeconds(1));
      }
    }
  }
}
