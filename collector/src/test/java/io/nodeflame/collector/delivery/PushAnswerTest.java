package io.nodeflame.collector.delivery;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.nodeflame.collector.delivery.PushResult.Outcome;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Each row of the table of section 3.1, and what comes from gateways. */
class PushAnswerTest {
  private static final Instant NOW = Instant.parse("2026-08-01T12:00:00Z");

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "400|invalid_argument|unmarshal message: proto|DROP|REFUSED",
        "400|invalid_argument|no profiles received|DROP|REFUSED",
        "400|invalid_argument|profile with labels '{}' is outside of ingestion window|DROP|NOT_IN_INGESTION_WINDOW",
        "400|invalid_argument|profile series '{}' has 31 label names; limit 30|DROP|MAX_LABEL_NAMES_PER_SERIES",
        "400|invalid_argument|profile with labels '{}' has label name too long: 'x'|DROP|LABEL_NAME_TOO_LONG",
        "400|invalid_argument|profile with labels '{}' has label value too long: 'x'|DROP|LABEL_VALUE_TOO_LONG",
        "400|invalid_argument|profile with labels '{}' has duplicate label name: 'x'|DROP|DUPLICATE_LABEL_NAMES",
        "400|invalid_argument|invalid labels '{}' with error: invalid metric name|DROP|INVALID_LABELS",
        "400|invalid_argument|invalid labels '{}' with error: service name is not provided|DROP|MISSING_LABELS",
        "400|invalid_argument|Maximum active series limit exceeded: active series limit|DROP|SERIES_LIMIT",
        "400|invalid_argument|location id is 0|DROP|MALFORMED_PROFILE",
        "400|invalid_argument|the profile with labels '{}' exceeds the sample labels limit|DROP|SAMPLE_LABELS_LIMIT",
        "400|invalid_argument|the profile with labels '{}' exceeds the samples count limit|SPLIT|SAMPLES_LIMIT",
        "400|invalid_argument|the profile with labels '{}' exceeds the size limit|SPLIT|PROFILE_SIZE_LIMIT",
        "400|invalid_argument|uncompressed profile payload size exceeds limit of 4.0 MiB|SPLIT|PROFILE_SIZE_LIMIT",
        "500|unknown|failed to parse|RETRY|MALFORMED_PROFILE",
        "401|unauthenticated|no org id|DROP|UNAUTHENTICATED",
        "403|permission_denied|no|DROP|PERMISSION_DENIED",
        "404|not_found|no|DROP|NOT_FOUND",
        "501|unimplemented|unknown compression|DROP|UNSUPPORTED",
        "409|already_exists|no|DROP|REFUSED",
        "429|resource_exhausted|push rate limit (4.0 MiB) exceeded while adding 1.2 MiB|RETRY|RATE_LIMITED",
        "429|resource_exhausted|limit of 1 GB reached, next reset at 2026-08-01T12:10:00Z|DROP|INGEST_LIMIT_REACHED",
        "429|resource_exhausted|message size 9 is larger than configured max 8|DROP|BODY_SIZE_LIMIT_EXCEEDED",
        "504|deadline_exceeded|slow|RETRY|NOT_IN_INGESTION_WINDOW",
        "503|unavailable|away|RETRY|NOT_IN_INGESTION_WINDOW",
        "500|internal|oops|RETRY|NOT_IN_INGESTION_WINDOW",
        "500|data_loss|oops|RETRY|NOT_IN_INGESTION_WINDOW",
        "409|aborted|again|RETRY|NOT_IN_INGESTION_WINDOW",
        "499|canceled|bye|RETRY|NOT_IN_INGESTION_WINDOW",
      })
  void theCodeDecides(int status, String code, String message, Outcome outcome, DropReason reason) {
    String body = "{\"code\":\"" + code + "\",\"message\":\"" + message + "\",\"details\":[{}]}";
    assertResult(outcome, reason, answer(status, body, ""));
  }

  @ParameterizedTest
  @CsvSource({
    "429,RETRY,RATE_LIMITED",
    "500,RETRY,NOT_IN_INGESTION_WINDOW",
    "502,RETRY,NOT_IN_INGESTION_WINDOW",
    "503,RETRY,NOT_IN_INGESTION_WINDOW",
    "504,RETRY,NOT_IN_INGESTION_WINDOW",
    "408,RETRY,NOT_IN_INGESTION_WINDOW",
    "401,DROP,UNAUTHENTICATED",
    "407,DROP,UNAUTHENTICATED",
    "403,DROP,PERMISSION_DENIED",
    "404,DROP,NOT_FOUND",
    "405,DROP,UNSUPPORTED",
    "415,DROP,UNSUPPORTED",
    "501,DROP,UNSUPPORTED",
    "400,DROP,REFUSED",
    "302,DROP,REFUSED",
    "413,SPLIT,BODY_SIZE_LIMIT_EXCEEDED",
  })
  void withoutACodeTheStatusDecides(int status, Outcome outcome, DropReason reason) {
    for (String body :
        new String[] {"", "<html>no</html>", "{", "[1", "\u0000\uFFFF", "{\"code\":7"}) {
      assertResult(outcome, reason, answer(status, body, ""));
    }
  }

  @Test
  void aPageWithStatus200IsNoProofOfDelivery() {
    PushAnswer good = new PushAnswer(200, "application/proto", new byte[0], "");
    assertEquals(Outcome.DELIVERED, good.result(NOW).outcome());
    assertEquals(Outcome.RETRY, answer(200, "<html>log in</html>", "").result(NOW).outcome());
    assertEquals(Outcome.RETRY, new PushAnswer(200, "", new byte[0], "").result(NOW).outcome());
  }

  @Test
  void retryAfterIsHonouredAndBounded() {
    assertEquals(Duration.ofSeconds(7), retryAfter("7"));
    assertEquals(Duration.ofMinutes(30), retryAfter("999999"));
    assertEquals(Duration.ZERO, retryAfter("-5"));
    assertEquals(Duration.ZERO, retryAfter("soon"));
    assertEquals(Duration.ofSeconds(90), retryAfter("Sat, 1 Aug 2026 12:01:30 GMT"));
    assertEquals(Duration.ZERO, retryAfter("Sat, 1 Aug 2026 11:00:00 GMT"));
  }

  @Test
  void theResetOfAQuotaIsRead() {
    String message = "limit of 1 GB reached, next reset at 2026-08-01T12:10:00Z";
    String body = "{\"code\":\"resource_exhausted\",\"message\":\"" + message + "\"}";
    assertEquals(Duration.ofMinutes(10), answer(429, body, "").result(NOW).retryAfter());
  }

  private static Duration retryAfter(String value) {
    return answer(503, "", value).result(NOW).retryAfter();
  }

  private static PushAnswer answer(int status, String body, String retryAfter) {
    return new PushAnswer(status, "text/html", body.getBytes(StandardCharsets.UTF_8), retryAfter);
  }

  private static void assertResult(Outcome outcome, DropReason reason, PushAnswer answer) {
    PushResult result = answer.result(NOW);
    assertEquals(outcome + " " + reason, result.outcome() + " " + result.reason());
  }
}
