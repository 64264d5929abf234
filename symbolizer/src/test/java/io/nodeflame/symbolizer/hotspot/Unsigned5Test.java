package io.nodeflame.symbolizer.hotspot;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.nodeflame.symbolizer.bytes.MalformedException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class Unsigned5Test {
  private static final int[] VALUES = {
    0,
    1,
    190,
    191,
    192,
    193,
    255,
    256,
    12_479,
    12_480,
    1 << 20,
    1 << 26,
    Integer.MAX_VALUE,
    -1,
    -192
  };

  @ParameterizedTest
  @ValueSource(ints = {17, 20})
  void readsWhatWasWritten(int version) throws IOException {
    FakeCode code = new FakeCode(new FakeVm("jdk17"), version);
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    for (int value : VALUES) {
      code.number(out, value);
    }
    Unsigned5 in = new Unsigned5(out.toByteArray(), 0, Unsigned5.excessOf(version));
    for (int value : VALUES) {
      assertEquals(value, in.next());
    }
    assertEquals(-1, in.rawByte());
    assertThrows(MalformedException.class, in::next);
  }

  /** Of hotspot's own description: below 192 a number is its byte. */
  @Test
  void knownBytes() throws MalformedException {
    byte[] bytes = {0x07, (byte) 0xc0, 0x00, (byte) 0xff, 0x02};
    Unsigned5 in = new Unsigned5(bytes, 0, 0);
    assertEquals(7, in.next());
    assertEquals(192, in.next());
    assertEquals(255 + (2 << 6), in.next());
    assertEquals(-4, new Unsigned5(new byte[] {8}, 0, 1).nextSigned());
  }
}
