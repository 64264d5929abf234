package io.nodeflame.bpf;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class OnlineCpusTest {
  @Test
  void rangesAndSingleCpus() throws Exception {
    assertEquals("{0, 1, 2, 3, 6}", OnlineCpus.parse("0-3,6\n").toString());
    assertEquals("{0}", OnlineCpus.parse("0\n").toString());
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "a", "3-1", "-1", "0-99999999", "1,,2"})
  void nonsenseIsRefused(String text) {
    assertThrows(IOException.class, () -> OnlineCpus.parse(text));
  }
}
