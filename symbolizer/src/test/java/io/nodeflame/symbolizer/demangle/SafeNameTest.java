package io.nodeflame.symbolizer.demangle;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;

import org.junit.jupiter.api.Test;

class SafeNameTest {
  @Test
  void goodNamesAreTheSameObject() {
    for (String name :
        new String[] {"", "std::vector<int>::push_back", "g\u00f6del", "\u94c1\u9508"}) {
      assertSame(name, SafeName.of(name));
    }
    assertEquals("a\ud83e\udd26b", SafeName.of("a\ud83e\udd26b"));
  }

  @Test
  void controlCharactersAreReplaced() {
    assertEquals("a\ufffdb", SafeName.of("a\nb"));
    assertEquals("\ufffd[31mred", SafeName.of("\u001b[31mred"));
    assertEquals("\ufffd\ufffd\ufffd", SafeName.of("\u0000\u007f\u0085"));
    assertEquals("x\ufffdgnp.exe", SafeName.of("x\u202egnp.exe"));
    assertEquals("\ufffd\ufffd", SafeName.of("\u2028\u2066"));
  }

  @Test
  void unpairedSurrogatesAreReplaced() {
    assertEquals("a\ufffd", SafeName.of("a\ud800"));
    assertEquals("\ufffdb", SafeName.of("\udc00b"));
    assertEquals("\ufffd\ud83e\udd26", SafeName.of("\ud83e\ud83e\udd26"));
  }

  @Test
  void longNamesEndInAnEllipsis() {
    String exact = "x".repeat(SafeName.MAX_LENGTH);
    assertSame(exact, SafeName.of(exact));
    String cut = SafeName.of(exact + "y");
    assertEquals("x".repeat(SafeName.MAX_LENGTH - 1) + "\u2026", cut);
    String pair = SafeName.of("x".repeat(SafeName.MAX_LENGTH - 2) + "\ud83e\udd26" + "yy");
    assertEquals(SafeName.MAX_LENGTH, pair.length());
    assertFalse(Character.isSurrogate(pair.charAt(SafeName.MAX_LENGTH - 2)), "half a pair");
    assertEquals(SafeName.MAX_LENGTH, SafeName.of("\n".repeat(5000)).length());
  }
}
