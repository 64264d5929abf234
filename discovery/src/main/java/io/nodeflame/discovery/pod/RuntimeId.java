package io.nodeflame.discovery.pod;

/**
 * A container's id in a status: {@code containerd://} and 64 hex digits.
 *
 * @param runtime empty with the id
 * @param id 64 lower-case hex digits, or empty
 */
record RuntimeId(String runtime, String id) {
  private static final RuntimeId NONE = new RuntimeId("", "");
  private static final int ID_CHARS = 64;
  private static final int MAX_RUNTIME_CHARS = 32;

  /** Nothing when the text is anything else: no cgroup path could name it. */
  static RuntimeId parse(String text) {
    int colon = text.indexOf("://");
    if (colon < 1 || colon > MAX_RUNTIME_CHARS || text.length() - colon - 3 != ID_CHARS) {
      return NONE;
    }
    String id = text.substring(colon + 3);
    return isHex(id) ? new RuntimeId(text.substring(0, colon), id) : NONE;
  }

  static boolean isHex(String text) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if ((c < '0' || c > '9') && (c < 'a' || c > 'f')) {
        return false;
      }
    }
    return !text.isEmpty();
  }
}
