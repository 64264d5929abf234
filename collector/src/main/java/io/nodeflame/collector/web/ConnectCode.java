package io.nodeflame.collector.web;

/** Error codes of the Connect protocol and their HTTP status: {@code docs/pyroscope.md} 3. */
enum ConnectCode {
  INVALID_ARGUMENT("invalid_argument", 400),
  UNAUTHENTICATED("unauthenticated", 401),
  PERMISSION_DENIED("permission_denied", 403),
  NOT_FOUND("not_found", 404),
  RESOURCE_EXHAUSTED("resource_exhausted", 429),
  INTERNAL("internal", 500),
  UNIMPLEMENTED("unimplemented", 501),
  UNAVAILABLE("unavailable", 503),
  DEADLINE_EXCEEDED("deadline_exceeded", 504);

  private final String label;
  private final int status;

  ConnectCode(String label, int status) {
    this.label = label;
    this.status = status;
  }

  String label() {
    return label;
  }

  int status() {
    return status;
  }
}
