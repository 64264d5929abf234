package io.nodeflame.collector.pprof;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MappingNameTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      textBlock =
          """
          /usr/bin/x [go]  | go     | /usr/bin/x
          [kernel]         | kernel | ""
          /lib/libc.so.6   | native | /lib/libc.so.6
          ""               | other  | ""
          [JIT]            | native | [JIT]
          /tmp/a [B c]     | native | /tmp/a [B c]
          a[go]            | native | a[go]
          " [go]"          | native | " [go]"
          []               | native | []
          x [aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa] | native | x [aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa]
          """)
  void wordThatIsNoKindBelongsToTheFile(String name, String kind, String file) {
    assertEquals(new MappingName(kind, file), MappingName.parse(name));
  }
}
