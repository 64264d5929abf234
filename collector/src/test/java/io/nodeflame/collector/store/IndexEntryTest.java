package io.nodeflame.collector.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class IndexEntryTest {
  private static final IndexEntry ENTRY = new IndexEntry(1, 2, 3, 4, 5, 6);

  @Test
  void readsWhatItWroteAndEntriesWithoutADuration() throws Exception {
    byte[] bytes = ENTRY.encode();
    assertEquals(ENTRY, IndexEntry.decode(bytes));
    assertEquals(new IndexEntry(1, 2, 3, 4, 5, 0), IndexEntry.decode(Arrays.copyOf(bytes, 40)));
  }

  @Test
  void otherLengthsAreRefused() {
    for (int length : new int[] {0, 39, 41, 47, 49}) {
      byte[] bytes = Arrays.copyOf(ENTRY.encode(), length);
      assertThrows(IOException.class, () -> IndexEntry.decode(bytes));
    }
  }
}
