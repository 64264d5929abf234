package io.nodeflame.collector.profile;

/** Names of tenants: whose data something is, for a server that keeps them apart. */
public final class TenantId {
  private static final int MAX_CHARS = 150;
  private static final String ALSO_ALLOWED = "!-_.*'()";

  private TenantId() {}

  /**
   * Whether Pyroscope takes it: at most 150 letters, digits and a few signs, and neither {@code .}
   * nor {@code ..}. Several, as in {@code a|b}, are for reading only.
   */
  public static boolean isValid(String text) {
    if (text.isEmpty() || text.length() > MAX_CHARS || text.equals(".") || text.equals("..")) {
      return false;
    }
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      boolean alphanumeric =
          (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
      if (!alphanumeric && ALSO_ALLOWED.indexOf(c) < 0) {
        return false;
      }
    }
    return true;
  }
}
