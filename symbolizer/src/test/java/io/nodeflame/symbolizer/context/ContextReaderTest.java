package io.nodeflame.symbolizer.context;

import static io.nodeflame.symbolizer.context.ContextBytes.attribute;
import static io.nodeflame.symbolizer.context.ContextBytes.header;
import static io.nodeflame.symbolizer.context.ContextBytes.resource;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nodeflame.symbolizer.PublishedService;
import io.nodeflame.symbolizer.bytes.ArrayBytes;
import io.nodeflame.symbolizer.bytes.ByteSource;
import io.nodeflame.symbolizer.bytes.MalformedException;
import io.nodeflame.symbolizer.process.Mutation;
import java.io.IOException;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ContextReaderTest {
  private static final byte[] RESOURCE =
      resource(
          attribute("telemetry.sdk.language", "java"),
          attribute("service.name", "checkout"),
          attribute("service.namespace", "shop"),
          new ContextBytes()
              .text(1, "process.pid")
              .message(2, new ContextBytes().number(3, 7).toBytes())
              .toBytes(),
          attribute("service.version", "1.4"));

  private static final byte[] PAYLOAD = new ContextBytes().message(1, RESOURCE).toBytes();
  private static final PublishedService CHECKOUT = new PublishedService("checkout", "shop", "1.4");

  /** The payload follows the header at address 0. */
  private static byte[] memory(byte[] payload) {
    byte[] memory = Arrays.copyOf(header(2, payload.length, 9, 32), 32 + payload.length);
    System.arraycopy(payload, 0, memory, 32, payload.length);
    return memory;
  }

  private static PublishedService read(byte[] memory) throws IOException {
    return ContextReader.read(new ArrayBytes(memory), 0);
  }

  private static void assertRefused(byte[] memory) {
    assertThrows(MalformedException.class, () -> read(memory));
  }

  /** Memory that changes with each read of the header. */
  private static final class Changing implements ByteSource {
    private final byte[][] headers;
    private int reads;

    Changing(byte[]... headers) {
      this.headers = headers;
    }

    @Override
    public long size() {
      return Long.MAX_VALUE;
    }

    @Override
    public void read(long offset, byte[] target, int targetOffset, int length) {
      byte[] from = offset == 0 ? headers[Math.min(reads++, headers.length - 1)] : PAYLOAD;
      System.arraycopy(from, 0, target, targetOffset, length);
    }
  }

  @Test
  void readsBothFormsOfThePayload() throws IOException {
    assertEquals(CHECKOUT, read(memory(PAYLOAD)));
    assertEquals(CHECKOUT, read(memory(RESOURCE)));
  }

  @Test
  void thePayloadMayBeAnywhere() throws IOException {
    byte[] memory = Arrays.copyOf(header(2, PAYLOAD.length, 9, 4096), 8192);
    System.arraycopy(PAYLOAD, 0, memory, 4096, PAYLOAD.length);
    assertEquals(CHECKOUT, read(memory));
  }

  @Test
  void whatIsNotSaidIsEmpty() throws IOException {
    assertEquals(PublishedService.NONE, read(memory(new byte[0])));
    assertEquals(
        new PublishedService("a", "", ""), read(memory(resource(attribute("service.name", "a")))));
    byte[] number =
        new ContextBytes()
            .text(1, "service.name")
            .message(2, new ContextBytes().number(3, 7).toBytes())
            .toBytes();
    assertEquals(PublishedService.NONE, read(memory(resource(number))));
  }

  @Test
  void ofTwoTheLastCountsAndLongOnesAreCut() throws IOException {
    byte[] payload =
        resource(attribute("service.name", "a"), attribute("service.name", "x".repeat(1000)));
    assertEquals("x".repeat(256), read(memory(payload)).name());
  }

  @Test
  void headersThatAreNone() {
    assertRefused(new byte[31]);
    byte[] other = memory(PAYLOAD);
    other[7] = 'Y';
    assertRefused(other);
    assertRefused(Arrays.copyOf(header(1, 0, 9, 32), 64));
    assertRefused(Arrays.copyOf(header(3, 0, 9, 32), 64));
    assertRefused(Arrays.copyOf(header(2, 16 * 1024 + 1, 9, 32), 64 * 1024));
    assertRefused(Arrays.copyOf(header(2, -1, 9, 32), 64));
    assertRefused(Arrays.copyOf(header(2, 8, 9, -8), 64));
    assertRefused(Arrays.copyOf(header(2, 8, 9, 60), 64));
  }

  @Test
  void whatIsBeingChangedIsReadAgain() throws IOException {
    byte[] changing = header(2, PAYLOAD.length, 0, 32);
    byte[] first = header(2, PAYLOAD.length, 9, 32);
    byte[] second = header(2, PAYLOAD.length, 10, 32);
    assertEquals(CHECKOUT, ContextReader.read(new Changing(changing, first, first), 0));
    assertEquals(CHECKOUT, ContextReader.read(new Changing(first, second, second), 0));
    Changing never = new Changing(changing);
    assertThrows(MalformedException.class, () -> ContextReader.read(never, 0));
    assertEquals(3, never.reads);
  }

  @Test
  void payloadsThatContradictThemselves() {
    assertRefused(memory(new byte[] {0x0a, 5, 0x0a})); // longer than the message
    assertRefused(memory(new byte[] {0x0b})); // a group
    assertRefused(memory(new byte[] {0x08})); // no number
    assertRefused(memory(new byte[] {0x08, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, 1}));
    assertRefused(memory(new byte[] {0x0a, -1, -1, -1, -1, 15})); // a length of 4 GiB
  }

  @Test
  void damagedContextsAreRefusedOrReadAndNothingElse() {
    byte[] whole = memory(PAYLOAD);
    Random random = new Random(4719);
    int refused = 0;
    int read = 0;
    for (int i = 0; i < 50_000; i++) {
      byte[] damaged = Mutation.of(whole, random);
      try {
        PublishedService service = read(damaged);
        assertTrue(service.name().length() <= PublishedService.MAX_CHARS);
        read++;
      } catch (IOException e) {
        refused++;
      }
    }
    assertTrue(refused > 1_000 && read > 1_000, refused + " refused, " + read + " read");
  }
}
