package io.nodeflame.collector.delivery;

import java.util.Locale;

/** Why a profile was not delivered. Where the server counts the same thing, its word is used. */
public enum DropReason {
  INVALID_LABELS,
  MISSING_LABELS,
  DUPLICATE_LABEL_NAMES,
  MAX_LABEL_NAMES_PER_SERIES,
  LABEL_NAME_TOO_LONG,
  LABEL_VALUE_TOO_LONG,
  SERIES_LIMIT,
  /** More distinct stacks than the server takes, and no way to split. */
  SAMPLES_LIMIT,
  SAMPLE_LABELS_LIMIT,
  PROFILE_SIZE_LIMIT,
  BODY_SIZE_LIMIT_EXCEEDED,
  MALFORMED_PROFILE,
  /** Too old, because nothing could be delivered for so long; or from the future. */
  NOT_IN_INGESTION_WINDOW,
  /** Over the tenant's rate for so long that another attempt would only add to it. */
  RATE_LIMITED,
  /** The tenant's quota is used up until its reset. */
  INGEST_LIMIT_REACHED,
  /** The server wants other credentials or a tenant. */
  UNAUTHENTICATED,
  PERMISSION_DENIED,
  /** No such address at the server: the URL is wrong. */
  NOT_FOUND,
  /** The server does not know this request: wrong kind of server, or too old. */
  UNSUPPORTED,
  /** Refused for a reason that has no word of its own here. */
  REFUSED,
  /** The oldest gave way: more was waiting than the queue may hold. */
  QUEUE_FULL,
  /** Still waiting when the time to shut down was over. */
  SHUTDOWN,
  /** A fault of this program. */
  INTERNAL;

  /** Lower-case word for metrics and logs, such as {@code queue_full}. */
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }
}
