package io.nodeflame.collector.delivery;

import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class DropReasonTest {
  /** It ends the sentence that the log says. */
  @ParameterizedTest
  @EnumSource
  void everyReasonSaysWhatToDo(DropReason reason) {
    assertTrue(reason.advice().matches("[a-z].*[a-zA-Z]"), reason::toString);
  }
}
