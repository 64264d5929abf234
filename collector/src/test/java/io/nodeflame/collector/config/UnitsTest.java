package io.nodeflame.collector.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class UnitsTest {
  @ParameterizedTest
  @CsvSource({
    "500ms, 500",
    "15s, 15000",
    "55m, 3300000",
    "1h30m, 5400000",
    "7d, 604800000",
    "1d2h3m4s5ms, 93784005",
    "0s, 0"
  })
  void duration(String text, long millis) {
    assertEquals(Optional.of(Duration.ofMillis(millis)), DurationText.parse(text));
    assertEquals(text, DurationText.format(Duration.ofMillis(millis)));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "15",
        "s",
        "-1s",
        "1.5s",
        "1 s",
        "1m1h",
        "1s1s",
        "1S",
        "1us",
        "1s ",
        "9999999999s",
        "1sm",
        "\u0661s"
      })
  void noDuration(String text) {
    assertEquals(Optional.empty(), DurationText.parse(text));
  }

  @ParameterizedTest
  @CsvSource({
    "0B, 0",
    "1B, 1",
    "512MiB, 536870912",
    "1KiB, 1024",
    "2GiB, 2147483648",
    "1TiB, 1099511627776",
    "3kB, 3000",
    "5GB, 5000000000"
  })
  void bytes(String text, long bytes) {
    assertEquals(OptionalLong.of(bytes), ByteSizeText.parse(text));
    assertEquals(text, ByteSizeText.format(bytes));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "512",
        "MiB",
        "-1MiB",
        "1.5GiB",
        "1 GiB",
        "1mib",
        "1PiB",
        "9999999999TiB",
        "9999999999999999B",
        "\u0661B"
      })
  void noBytes(String text) {
    assertTrue(ByteSizeText.parse(text).isEmpty());
  }
}
