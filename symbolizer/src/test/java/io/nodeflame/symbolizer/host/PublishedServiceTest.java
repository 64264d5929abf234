package io.nodeflame.symbolizer.host;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nodeflame.symbolizer.AddressSpace;
import io.nodeflame.symbolizer.PublishedService;
import io.nodeflame.symbolizer.elf.Toolchain;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A program that publishes a process context, as an SDK does. */
class PublishedServiceTest {
  /** Publishes a {@code service.name} when told to: {@code MODE NAME}. */
  private static final String PUBLISHER =
      """
      #define _GNU_SOURCE
      #include <fcntl.h>
      #include <linux/userfaultfd.h>
      #include <stdint.h>
      #include <stdio.h>
      #include <string.h>
      #include <sys/ioctl.h>
      #include <sys/mman.h>
      #include <sys/syscall.h>
      #include <unistd.h>
      struct header { char signature[8]; uint32_t version, size; uint64_t published; char *payload; };
      static char payload[256];
      static int put(char *to, int field, const char *from, int length) {
        to[0] = field << 3 | 2;
        to[1] = length;
        memcpy(to + 2, from, length);
        return length + 2;
      }
      static int make(const char *name) {
        char any[64], attribute[100], resource[120];
        int length = put(any, 1, name, strlen(name));
        int end = put(attribute, 1, "service.name", 12);
        end += put(attribute + end, 2, any, length);
        length = put(resource, 1, attribute, end);
        return put(payload, 1, resource, length);
      }
      /* A page that is there when this process says so, which it never does. */
      static char *stuck_page(void) {
        int fd = syscall(SYS_userfaultfd, O_CLOEXEC);
        struct uffdio_api api = {.api = UFFD_API};
        char *page = mmap(0, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
        struct uffdio_register range = {
            .range = {(uintptr_t) page, 4096}, .mode = UFFDIO_REGISTER_MODE_MISSING};
        if (fd < 0 || ioctl(fd, UFFDIO_API, &api) != 0 || ioctl(fd, UFFDIO_REGISTER, &range) != 0)
          page = 0;
        printf("stuck %p\\n", page ? page : (char *) 1);
        return page;
      }
      static void publish(const char *mode, const char *name) {
        int fd = memfd_create("OTEL_CTX", MFD_CLOEXEC);
        ftruncate(fd, 4096);
        struct header *header = mmap(0, 4096, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
        close(fd);
        header->size = make(name);
        header->version = 2;
        header->published = 1;
        header->payload = strcmp(mode, "unmapped") == 0 ? (char *) 8
            : strcmp(mode, "stuck") == 0 ? stuck_page() : payload;
        memcpy(header->signature, "OTEL_CTX", 8);
      }
      int main(void) {
        char line[128], mode[16], name[50];
        printf("end 0\\n");
        fflush(stdout);
        while (fgets(line, sizeof line, stdin)) {
          if (sscanf(line, "%15s %49s", mode, name) == 2)
            publish(mode, name);
          printf("end 0\\n");
          fflush(stdout);
        }
        return 0;
      }
      """;

  private static final PublishedService SHOP = new PublishedService("shop", "", "");

  @TempDir Path directory;
  private HostBench bench;
  private Victim victim;

  @BeforeEach
  void open() throws IOException {
    bench = HostBench.of(directory.resolve("cache"));
    victim = Victim.start(new Toolchain(directory).compile("publisher", PUBLISHER));
  }

  @AfterEach
  void close() {
    victim.close();
    bench.close();
  }

  private PublishedService published(long ticks) {
    return bench.symbolizer().publishedBy(victim.pid(), ticks, Duration.ofSeconds(30));
  }

  private void awaitService(AddressSpace space, PublishedService expected)
      throws InterruptedException {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
    while (!space.service().equals(expected)) {
      assertTrue(System.nanoTime() < deadline, () -> "still " + space.service());
      Thread.sleep(2);
    }
  }

  @Test
  void whatIsPublishedBeforeTheReadIsFound() throws Exception {
    victim.say("memfd shop");
    awaitService(bench.read(victim), SHOP);
    assertEquals(SHOP, published(victim.startTicks()));
  }

  @Test
  void whatIsPublishedSoonAfterIsFoundToo() throws Exception {
    AddressSpace space = bench.read(victim);
    victim.say("memfd shop");
    assertEquals(PublishedService.NONE, space.service());
    bench.advance(Duration.ofSeconds(2));
    awaitService(space, SHOP);
  }

  @Test
  void aPayloadThatIsNotThereIsNothing() throws Exception {
    victim.say("unmapped shop");
    AddressSpace space = bench.read(victim);
    assertEquals(PublishedService.NONE, published(victim.startTicks()));
    // The thread reads in order: what the space asked for is done by now.
    assertEquals(PublishedService.NONE, space.service());
  }

  @Test
  void aPageThatOnlyItsProcessCanFillIsNothing() throws Exception {
    victim.say("stuck evil");
    if (victim.address("stuck") == 1) {
      Toolchain.unavailable("userfaultfd");
    }
    AddressSpace space = bench.read(victim);
    assertEquals(PublishedService.NONE, published(victim.startTicks()));
    assertEquals(PublishedService.NONE, space.service());
  }

  @Test
  void aChildHasNoContextOfItsOwn() throws Exception {
    victim.say("memfd shop");
    AddressSpace parent = bench.read(victim);
    awaitService(parent, SHOP);
    assertEquals(PublishedService.NONE, bench.symbolizer().inherit(parent).service());
  }

  @Test
  void anotherProcessOfThatPidIsNotRead() throws Exception {
    victim.say("memfd shop");
    assertEquals(PublishedService.NONE, published(victim.startTicks() + 1));
  }
}
