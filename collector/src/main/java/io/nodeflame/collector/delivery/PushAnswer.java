package io.nodeflame.collector.delivery;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.List;
import java.util.Locale;

/**
 * One answer to a push and what it means: {@code docs/pyroscope.md}, section 3. The Connect code
 * decides; an answer without one came from something in between, and its status decides.
 *
 * @param contentType empty when there was none
 * @param retryAfter the header's value, empty when there was none
 */
@SuppressWarnings("ArrayRecordComponent") // a carrier, never compared
record PushAnswer(int status, String contentType, byte[] body, String retryAfter) {
  /** A gateway may ask for hours; profiles would be too old by then, and the reason forgotten. */
  private static final Duration LONGEST_RETRY_AFTER = Duration.ofMinutes(30);

  private static final int MAX_DETAIL = 300;

  /** Words of the server that tell its reasons apart; the first that occurs decides. */
  private static final List<Words> REASONS =
      List.of(
          new Words("outside of ingestion window", DropReason.NOT_IN_INGESTION_WINDOW),
          new Words("samples count limit", DropReason.SAMPLES_LIMIT),
          new Words("sample labels limit", DropReason.SAMPLE_LABELS_LIMIT),
          new Words("exceeds the size limit", DropReason.PROFILE_SIZE_LIMIT),
          new Words("uncompressed profile payload size exceeds", DropReason.PROFILE_SIZE_LIMIT),
          new Words("label names; limit", DropReason.MAX_LABEL_NAMES_PER_SERIES),
          new Words("label name too long", DropReason.LABEL_NAME_TOO_LONG),
          new Words("label value too long", DropReason.LABEL_VALUE_TOO_LONG),
          new Words("duplicate label name", DropReason.DUPLICATE_LABEL_NAMES),
          new Words("service name is not provided", DropReason.MISSING_LABELS),
          new Words("at least one label pair", DropReason.MISSING_LABELS),
          new Words("invalid labels", DropReason.INVALID_LABELS),
          new Words("active series limit", DropReason.SERIES_LIMIT),
          new Words("sample type", DropReason.MALFORMED_PROFILE),
          new Words("id is 0", DropReason.MALFORMED_PROFILE),
          new Words("string", DropReason.MALFORMED_PROFILE));

  private record Words(String text, DropReason reason) {}

  private record ConnectError(String code, String message) {
    static final ConnectError NONE = new ConnectError("", "");
  }

  PushResult result(Instant now) {
    if (status / 100 == 2) {
      return success();
    }
    ConnectError error = parse(body);
    String detail = detail(error);
    if (error.code.isEmpty()) {
      return byStatus(detail, now);
    }
    return switch (error.code) {
      case "resource_exhausted" -> exhausted(error.message, detail, now);
      // A storage behind the server that is away, or a profile that it cannot read.
      case "unknown" -> PushResult.retry(DropReason.MALFORMED_PROFILE, detail, retryAfter(now));
      case "deadline_exceeded", "unavailable", "internal", "data_loss", "aborted", "canceled" ->
          PushResult.retry(DropReason.NOT_IN_INGESTION_WINDOW, detail, retryAfter(now));
      case "invalid_argument", "failed_precondition", "out_of_range" ->
          invalid(error.message, detail);
      case "unauthenticated" -> PushResult.drop(DropReason.UNAUTHENTICATED, detail);
      case "permission_denied" -> PushResult.drop(DropReason.PERMISSION_DENIED, detail);
      case "not_found" -> PushResult.drop(DropReason.NOT_FOUND, detail);
      case "unimplemented" -> PushResult.drop(DropReason.UNSUPPORTED, detail);
      case "already_exists" -> PushResult.drop(DropReason.REFUSED, detail);
      default -> byStatus(detail, now);
    };
  }

  private PushResult success() {
    // A login page is no proof of delivery, and neither is an answer that breaks off.
    return contentType.startsWith("application/proto")
        ? PushResult.DELIVERED
        : PushResult.unavailable(status + " '" + contentType + "': not Pyroscope's answer");
  }

  private PushResult byStatus(String detail, Instant now) {
    return switch (status) {
      case 401, 407 -> PushResult.drop(DropReason.UNAUTHENTICATED, detail);
      case 403 -> PushResult.drop(DropReason.PERMISSION_DENIED, detail);
      case 404 -> PushResult.drop(DropReason.NOT_FOUND, detail);
      case 405, 415, 501, 505 -> PushResult.drop(DropReason.UNSUPPORTED, detail);
      case 413 -> PushResult.split(DropReason.BODY_SIZE_LIMIT_EXCEEDED, detail);
      case 429 -> PushResult.retry(DropReason.RATE_LIMITED, detail, retryAfter(now));
      case 408, 425, 499 ->
          PushResult.retry(DropReason.NOT_IN_INGESTION_WINDOW, detail, retryAfter(now));
      default ->
          status >= 500
              ? PushResult.retry(DropReason.NOT_IN_INGESTION_WINDOW, detail, retryAfter(now))
              : PushResult.drop(DropReason.REFUSED, detail);
    };
  }

  private static PushResult invalid(String message, String detail) {
    for (Words words : REASONS) {
      if (message.contains(words.text)) {
        DropReason reason = words.reason;
        boolean tooLarge =
            reason == DropReason.PROFILE_SIZE_LIMIT || reason == DropReason.SAMPLES_LIMIT;
        return tooLarge ? PushResult.split(reason, detail) : PushResult.drop(reason, detail);
      }
    }
    return PushResult.drop(DropReason.REFUSED, detail);
  }

  private PushResult exhausted(String message, String detail, Instant now) {
    if (message.contains("is larger than configured max")) {
      return PushResult.drop(DropReason.BODY_SIZE_LIMIT_EXCEEDED, detail);
    }
    int reset = message.indexOf("next reset at ");
    if (reset >= 0) {
      Duration wait = untilReset(message.substring(reset + "next reset at ".length()), now);
      return new PushResult(PushResult.Outcome.DROP, DropReason.INGEST_LIMIT_REACHED, detail, wait);
    }
    return PushResult.retry(DropReason.RATE_LIMITED, detail, retryAfter(now));
  }

  private static Duration untilReset(String text, Instant now) {
    int end = 0;
    while (end < text.length() && "0123456789-:.TZ+".indexOf(text.charAt(end)) >= 0) {
      end++;
    }
    try {
      Instant reset =
          DateTimeFormatter.ISO_OFFSET_DATE_TIME.parse(text.substring(0, end), Instant::from);
      return bounded(Duration.between(now, reset));
    } catch (DateTimeParseException e) {
      return Duration.ZERO;
    }
  }

  private Duration retryAfter(Instant now) {
    if (retryAfter.isEmpty() || retryAfter.length() > 64) {
      return Duration.ZERO;
    }
    try {
      return bounded(Duration.ofSeconds(Integer.parseInt(retryAfter)));
    } catch (NumberFormatException e) {
      try {
        Instant date = DateTimeFormatter.RFC_1123_DATE_TIME.parse(retryAfter, Instant::from);
        return bounded(Duration.between(now, date));
      } catch (DateTimeParseException notADate) {
        return Duration.ZERO;
      }
    }
  }

  private static Duration bounded(Duration wait) {
    if (wait.isNegative()) {
      return Duration.ZERO;
    }
    return wait.compareTo(LONGEST_RETRY_AFTER) > 0 ? LONGEST_RETRY_AFTER : wait;
  }

  private String detail(ConnectError error) {
    String text = status + " " + error.code + " " + error.message;
    StringBuilder line = new StringBuilder();
    for (int i = 0; i < Math.min(text.length(), MAX_DETAIL); i++) {
      char c = text.charAt(i);
      line.append(c < ' ' || c == 0x7f ? ' ' : c);
    }
    return line.toString().strip();
  }

  /** The code and message of a JSON error; {@link ConnectError#NONE} for anything else. */
  private static ConnectError parse(byte[] body) {
    String code = "";
    String message = "";
    try (JsonParser parser = new JsonFactory().createParser(body)) {
      if (parser.nextToken() != JsonToken.START_OBJECT) {
        return ConnectError.NONE;
      }
      while (parser.nextToken() == JsonToken.FIELD_NAME) {
        String field = parser.currentName();
        JsonToken value = parser.nextToken();
        if (value == JsonToken.VALUE_STRING && field.equals("code")) {
          code = parser.getText().toLowerCase(Locale.ROOT);
        } else if (value == JsonToken.VALUE_STRING && field.equals("message")) {
          message = parser.getText();
        } else {
          parser.skipChildren();
        }
      }
    } catch (IOException e) {
      // Cut or garbage: what was read before still counts.
      return new ConnectError(code, message);
    }
    return new ConnectError(code, message);
  }
}
