package io.nodeflame.symbolizer.perfmap;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class PerfMapLineTest {
  private final PerfMapLine line = new PerfMapLine();

  private boolean parse(String text) {
    byte[] bytes = ("##" + text + "##").getBytes(StandardCharsets.UTF_8);
    return line.parse(bytes, 2, bytes.length - 2);
  }

  private String name(String text) {
    byte[] bytes = ("##" + text + "##").getBytes(StandardCharsets.UTF_8);
    return new String(
        bytes, line.nameFrom(), line.nameTo() - line.nameFrom(), StandardCharsets.UTF_8);
  }

  @Test
  void readsBothKindsOfHex() {
    for (String text :
        new String[] {
          "7f12a0 1c JS:~add /a b.js:1:2",
          "0x7f12a0 0x1c JS:~add /a b.js:1:2",
          "0X00000000007F12A0 0X1C JS:~add /a b.js:1:2",
          "  7F12a0\t1C  JS:~add /a b.js:1:2 \r"
        }) {
      assertTrue(parse(text), text);
      assertEquals(0x7f12a0, line.start());
      assertEquals(0x7f12bc, line.end());
      assertEquals("JS:~add /a b.js:1:2", name(text));
    }
  }

  @Test
  void readsTheExtremes() {
    assertTrue(parse("0 1 a"));
    assertTrue(parse("7ffffffffffffffe 1 a"));
    assertEquals(Long.MAX_VALUE, line.end());
    assertTrue(parse("0 7fffffffffffffff a"));
  }

  @Test
  void refusesWhatIsNoEntry() {
    for (String text :
        new String[] {
          "",
          " ",
          "1000",
          "1000 10",
          "1000 10 ",
          "1000 0 a",
          "-1000 10 a",
          "1000 -10 a",
          "8000000000000000 1 a",
          "7fffffffffffffff 1 a",
          "ffffffffffffffff 2 a",
          "1000 ffffffffffffffff a",
          "10000000000000000 1 a",
          "1000 10000000000000000 a",
          "0x 10 a",
          "0x1000 0x a",
          "xyz 10 a",
          "1000g 10 a",
          "1000 10g a",
          "\0\0\0\0\0\0",
          "# comment"
        }) {
      assertFalse(parse(text), text);
    }
  }
}
