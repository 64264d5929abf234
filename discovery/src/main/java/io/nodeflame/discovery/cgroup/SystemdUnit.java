package io.nodeflame.discovery.cgroup;

import java.util.Optional;

/**
 * The systemd unit of a cgroup path: the first service or scope below the slices. Inside {@code
 * user@UID.service} another systemd rules, so the search goes on there, as it does inside of a
 * machine's scope and of an LXC container.
 *
 * @param name the whole name as {@code systemctl} shows it, such as {@code getty@tty1.service}
 */
public record SystemdUnit(String name) {
  private static final String SERVICE = ".service";
  private static final String SCOPE = ".scope";

  /** systemd's own bound of a unit's name (UNIT_NAME_MAX). */
  private static final int MAX_NAME_CHARS = 256;

  /** Empty when the process is not in a service or scope of systemd. Never throws. */
  public static Optional<SystemdUnit> of(String cgroupPath) {
    PathSegments path = PathSegments.of(cgroupPath);
    Optional<SystemdUnit> unit = Optional.empty();
    for (int i = 0; i < path.count(); i++) {
      String name = unescaped(path.at(i));
      if (name.endsWith(SERVICE) || name.endsWith(SCOPE)) {
        if (name.length() > MAX_NAME_CHARS) {
          return Optional.empty();
        }
        unit = Optional.of(new SystemdUnit(name));
        if (!isUserManager(name) && !isMachine(name)) {
          return unit;
        }
      } else if (!isAboveUnits(path, i, name)) {
        return unit;
      }
    }
    return unit;
  }

  /**
   * What an engineer calls the service: {@code nginx} of {@code nginx.service}, {@code getty} of
   * {@code getty@tty1.service}. The instance is left out because it can be without bound (a
   * connection's addresses in {@code sshd@...}).
   *
   * <p>Empty where systemd's name says nothing or changes with every start: all scopes (sessions,
   * virtual machines, desktop applications), transient {@code run-...} services, and a user's
   * manager itself. The executable is the better name there.
   */
  public Optional<String> serviceName() {
    if (!name.endsWith(SERVICE) || isUserManager(name)) {
      return Optional.empty();
    }
    String base = withoutBusAddress(name.substring(0, name.length() - SERVICE.length()));
    int at = base.indexOf('@');
    String service = at < 0 ? base : base.substring(0, at);
    return service.isEmpty() || isTransient(service) ? Optional.empty() : Optional.of(service);
  }

  static boolean isUserManager(String name) {
    int end = name.length() - SERVICE.length();
    return name.startsWith("user@")
        && name.endsWith(SERVICE)
        && end > 5
        && HexNames.isDecimal(name.substring(5, end));
  }

  private static boolean isMachine(String name) {
    return name.startsWith("machine-") && name.endsWith(SCOPE);
  }

  private static boolean isAboveUnits(PathSegments path, int index, String name) {
    return name.endsWith(".slice")
        || name.equals("payload")
        || (index == 0 && (name.startsWith("lxc.payload.") || name.equals("lxc")))
        || (index == 1 && path.at(0).equals("lxc"));
  }

  /** {@code run-u7}, {@code run-r0123abcd} and {@code run-p12-i34} of systemd-run. */
  private static boolean isTransient(String service) {
    if (!service.startsWith("run-") || service.length() < 6) {
      return false;
    }
    char kind = service.charAt(4);
    return (kind == 'u' || kind == 'r' || kind == 'p')
        && HexNames.isHex(service, 5, endOfFirstPart(service));
  }

  private static int endOfFirstPart(String service) {
    int dash = service.indexOf('-', 5);
    return dash < 0 ? service.length() : dash;
  }

  /** A service started by a user's bus is {@code dbus-:1.2-NAME@0}: the numbers are per session. */
  private static String withoutBusAddress(String base) {
    if (!base.startsWith("dbus-:")) {
      return base;
    }
    int dash = base.indexOf('-', "dbus-:".length());
    return dash < 0 ? base : base.substring(dash + 1);
  }

  /**
   * Names that would collide with a file of the kernel carry a leading underscore (systemd's
   * cg_escape), and odd characters are written {@code \xNN} (systemd-escape).
   */
  private static String unescaped(String segment) {
    String name = segment.startsWith("_") ? segment.substring(1) : segment;
    if (name.indexOf('\\') < 0) {
      return name;
    }
    StringBuilder plain = new StringBuilder(name.length());
    for (int i = 0; i < name.length(); i++) {
      int code = name.startsWith("\\x", i) && i + 4 <= name.length() ? hexByte(name, i + 2) : -1;
      // Only printable ASCII comes back, and no slash: the rest stays as it is written.
      if (code > ' ' && code < 0x7f && code != '/') {
        plain.append((char) code);
        i += 3;
      } else {
        plain.append(name.charAt(i));
      }
    }
    return plain.toString();
  }

  private static int hexByte(String name, int start) {
    int high = Character.digit(name.charAt(start), 16);
    int low = Character.digit(name.charAt(start + 1), 16);
    return high < 0 || low < 0 ? -1 : high * 16 + low;
  }
}
