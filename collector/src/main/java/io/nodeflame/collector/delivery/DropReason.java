package io.nodeflame.collector.delivery;

import java.util.Locale;

/** Why a profile was not delivered. Where the server counts the same thing, its word is used. */
public enum DropReason {
  INVALID_LABELS("mend labels.static"),
  MISSING_LABELS("this is a fault of the program, please report it"),
  DUPLICATE_LABEL_NAMES("mend labels.static"),
  MAX_LABEL_NAMES_PER_SERIES("set fewer labels, or raise max_label_names_per_series at the server"),
  LABEL_NAME_TOO_LONG("shorten it in labels.static"),
  LABEL_VALUE_TOO_LONG("shorten it in labels.static"),
  SERIES_LIMIT("raise the limit of series of this tenant at the server"),
  /** More distinct stacks than the server takes, and no way to split. */
  SAMPLES_LIMIT("raise max_profile_stacktrace_samples at the server"),
  SAMPLE_LABELS_LIMIT("raise max_profile_stacktrace_sample_labels at the server"),
  PROFILE_SIZE_LIMIT("raise max_profile_size_bytes at the server"),
  BODY_SIZE_LIMIT_EXCEEDED("raise the limit of a request at the server or at the proxy before it"),
  MALFORMED_PROFILE("this is a fault of the program, please report it with the server's version"),
  /** Too old, because nothing could be delivered for so long; or from the future. */
  NOT_IN_INGESTION_WINDOW("see whether the server is reached and the clock of this node is right"),
  /** Over the tenant's rate for so long that another attempt would only add to it. */
  RATE_LIMITED(
      "raise the ingestion rate of this tenant at the server, or lower sampling.frequencyHz"),
  /** The tenant's quota is used up until its reset. */
  INGEST_LIMIT_REACHED("raise the quota of this tenant at the server, or wait for its reset"),
  /** The server wants other credentials or a tenant. */
  UNAUTHENTICATED("set tenantId and basicAuth or bearerToken of this endpoint"),
  PERMISSION_DENIED("let these credentials write at the server"),
  /** No such address at the server: the URL is wrong. */
  NOT_FOUND("mend url of this endpoint"),
  /** The server does not know this request: wrong kind of server, or too old. */
  UNSUPPORTED("mend url of this endpoint, or use a newer Pyroscope"),
  /** Refused for a reason that has no word of its own here. */
  REFUSED("see the log of the server"),
  /**
   * The label that names the tenant is missing or is no name of a tenant, and there is no other.
   */
  NO_TENANT("set tenantId of this endpoint beside tenantFrom, for what has no tenant of its own"),
  /** The oldest gave way: more was waiting than the queue may hold. */
  QUEUE_FULL("see why the server is slow or away: nodeflame doctor asks it"),
  /** Still waiting when the time to shut down was over. */
  SHUTDOWN("see whether the server is slow or away: nodeflame doctor asks it"),
  /** A fault of this program. */
  INTERNAL("this is a fault of the program, please report it");

  private final String advice;

  DropReason(String advice) {
    this.advice = advice;
  }

  /** What the operator can do, as the end of a sentence. */
  String advice() {
    return advice;
  }

  /** Lower-case word for metrics and logs, such as {@code queue_full}. */
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }
}
