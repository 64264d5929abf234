package io.nodeflame.discovery.cgroup;

/** The shapes of ids that runtimes and kubelet put into directory names. */
final class HexNames {
  private static final int CONTAINER_ID_CHARS = 64;
  private static final int SHORT_ID_CHARS = 32;
  private static final int UUID_CHARS = 36;
  private static final int MAX_RUNTIME_ID_DIGITS = 10;

  private HexNames() {}

  static boolean isContainerId(String text) {
    return text.length() == CONTAINER_ID_CHARS && isHex(text, 0, text.length());
  }

  /** A UUID, or the 32 hex digits that kubelet gives to pods of static manifests. */
  static boolean isPodUid(String text) {
    if (text.length() == SHORT_ID_CHARS) {
      return isHex(text, 0, text.length());
    }
    return isUuid(text);
  }

  static boolean isUuid(String text) {
    if (text.length() != UUID_CHARS) {
      return false;
    }
    for (int i = 0; i < UUID_CHARS; i++) {
      boolean dash = i == 8 || i == 13 || i == 18 || i == 23;
      if (dash ? text.charAt(i) != '-' : !isHexDigit(text.charAt(i))) {
        return false;
      }
    }
    return true;
  }

  /** An ECS task id: 32 hex digits, or a UUID of older agents. */
  static boolean isTaskId(String text) {
    return isPodUid(text);
  }

  /** The name of a container on Fargate: the id of its task, a dash, the runtime's number. */
  static boolean isFargateId(String text) {
    int dash = text.indexOf('-');
    int digits = text.length() - dash - 1;
    if (dash != SHORT_ID_CHARS || !isHex(text, 0, dash)) {
      return false;
    }
    return digits >= 1 && digits <= MAX_RUNTIME_ID_DIGITS && isDecimal(text.substring(dash + 1));
  }

  static boolean isDecimal(String text) {
    for (int i = 0; i < text.length(); i++) {
      if (text.charAt(i) < '0' || text.charAt(i) > '9') {
        return false;
      }
    }
    return !text.isEmpty();
  }

  static boolean isHex(String text, int from, int to) {
    for (int i = from; i < to; i++) {
      if (!isHexDigit(text.charAt(i))) {
        return false;
      }
    }
    return to > from;
  }

  private static boolean isHexDigit(char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
  }
}
