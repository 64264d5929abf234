package io.nodeflame.collector.config;

import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** The kinds of values that several keys share. */
final class Rules {
  private static final int MAX_TEXT_CHARS = 1024;
  private static final int MAX_PATH_CHARS = 4096;

  static final Rule<Boolean> FLAG =
      new Rule<>(
          "true or false",
          text ->
              switch (text) {
                case "true", "True" -> Optional.of(true);
                case "false", "False" -> Optional.of(false);
                default -> Optional.empty();
              },
          flag -> true);

  static final Rule<String> TEXT =
      new Rule<>(
          "at most " + MAX_TEXT_CHARS + " printable characters",
          Optional::of,
          text -> text.length() <= MAX_TEXT_CHARS && isPrintable(text));

  static final Rule<Path> DIRECTORY = new Rule<>("an absolute path", Rules::path, Path::isAbsolute);

  static final Rule<Optional<Path>> OPTIONAL_FILE =
      new Rule<>(
          "an absolute path, or nothing",
          Rules::optionalPath,
          path -> path.map(Path::isAbsolute).orElse(true));

  static final Rule<URI> HTTP_URL =
      new Rule<>(
          "http://HOST[:PORT][/PATH] or https://..., without user, query or fragment",
          Rules::uri,
          Rules::isPlainHttp);

  static final Rule<String> LABEL_NAME =
      matching(
              "[a-zA-Z_][a-zA-Z0-9_]{0,127}",
              "a label name: letters, digits and _, not two _ in front")
          .and(name -> !name.startsWith("__"));

  static final Rule<String> NAMESPACE =
      matching(
          "[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?", "a namespace: lower-case letters, digits and -");

  static final Rule<String> DNS_NAME =
      matching(
          "(?=.{1,253}$)[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*+",
          "a DNS name in lower case");

  private Rules() {}

  static Rule<Integer> integer(int min, int max) {
    return new Rule<>(min + ".." + max, Rules::parseInt, number -> number >= min && number <= max);
  }

  static Rule<Double> decimal(double min, double max) {
    return new Rule<>(
        min + ".." + max, Rules::parseDouble, number -> number >= min && number <= max);
  }

  static Rule<Duration> duration(Duration min, Duration max) {
    return new Rule<>(
        DurationText.format(min) + " to " + DurationText.format(max) + ", such as 15s or 1h30m",
        DurationText::parse,
        duration -> duration.compareTo(min) >= 0 && duration.compareTo(max) <= 0);
  }

  static Rule<Long> bytes(long min, long max) {
    return new Rule<>(
        ByteSizeText.format(min) + " to " + ByteSizeText.format(max) + ", such as 512MiB",
        text -> boxed(ByteSizeText.parse(text)),
        bytes -> bytes >= min && bytes <= max);
  }

  /** Names of constants in lower case, {@code _} written as {@code -}. */
  static <E extends Enum<E>> Rule<E> oneOf(Class<E> type) {
    return new Rule<>(
        Arrays.stream(type.getEnumConstants()).map(Rules::name).collect(Collectors.joining(", ")),
        text ->
            Arrays.stream(type.getEnumConstants())
                .filter(constant -> name(constant).equals(text))
                .findFirst(),
        constant -> true);
  }

  static Rule<String> matching(String regex, String allowed) {
    Pattern pattern = Pattern.compile(regex);
    return new Rule<>(
        allowed,
        Optional::of,
        text -> text.length() <= MAX_TEXT_CHARS && pattern.matcher(text).matches());
  }

  static String name(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  static boolean isPrintable(String text) {
    for (int i = 0; i < text.length(); i++) {
      if (Character.isISOControl(text.charAt(i))) {
        return false;
      }
    }
    return true;
  }

  private static Optional<Integer> parseInt(String text) {
    try {
      return Optional.of(Integer.parseInt(text));
    } catch (NumberFormatException e) {
      return Optional.empty();
    }
  }

  private static Optional<Double> parseDouble(String text) {
    try {
      return Optional.of(Double.parseDouble(text));
    } catch (NumberFormatException e) {
      return Optional.empty();
    }
  }

  private static Optional<Long> boxed(OptionalLong number) {
    return number.isPresent() ? Optional.of(number.getAsLong()) : Optional.empty();
  }

  private static Optional<Path> path(String text) {
    try {
      return text.isEmpty() || text.length() > MAX_PATH_CHARS || !isPrintable(text)
          ? Optional.empty()
          : Optional.of(Path.of(text));
    } catch (InvalidPathException e) {
      return Optional.empty();
    }
  }

  private static Optional<Optional<Path>> optionalPath(String text) {
    Optional<Path> path = path(text);
    return text.isEmpty() || path.isPresent() ? Optional.of(path) : Optional.empty();
  }

  private static Optional<URI> uri(String text) {
    try {
      return text.length() > MAX_TEXT_CHARS ? Optional.empty() : Optional.of(new URI(text));
    } catch (URISyntaxException e) {
      return Optional.empty();
    }
  }

  private static boolean isPlainHttp(URI uri) {
    boolean http = "http".equals(uri.getScheme()) || "https".equals(uri.getScheme());
    return http
        && uri.getHost() != null
        && uri.getPort() <= 65535
        && uri.getRawUserInfo() == null
        && uri.getRawQuery() == null
        && uri.getRawFragment() == null;
  }
}
