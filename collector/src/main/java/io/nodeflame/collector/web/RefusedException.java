package io.nodeflame.collector.web;

/** A request that gets an error as its answer. */
final class RefusedException extends Exception {
  private static final long serialVersionUID = 1;

  private final ConnectCode code;

  RefusedException(ConnectCode code, String message) {
    super(message, null, false, false);
    this.code = code;
  }

  static RefusedException invalid(String message) {
    return new RefusedException(ConnectCode.INVALID_ARGUMENT, message);
  }

  ConnectCode code() {
    return code;
  }

  String reason() {
    String message = getMessage();
    return message == null ? "" : message;
  }
}
