package io.nodeflame.collector.config;

import java.net.URI;
import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * One Pyroscope that gets the profiles, with its own queue and spool.
 *
 * @param name in metrics, logs and the spool's directory; unique
 * @param url without a slash at the end
 * @param bearerToken {@link Secret#NONE} when there is none; never together with a user name
 * @param headers sent with each request
 * @param timeout of one request, connecting included
 * @param maxSeries distinct label sets within an hour; labels are dropped to stay below
 */
public record EndpointConfig(
    String name,
    URI url,
    Protocol protocol,
    TenantConfig tenant,
    BasicAuthConfig basicAuth,
    Secret bearerToken,
    Map<String, Secret> headers,
    TlsConfig tls,
    Duration timeout,
    int maxSeries,
    SpoolConfig spool) {

  /** How profiles travel. */
  public enum Protocol {
    /** Pyroscope's push service by Connect over HTTP. */
    PUSH,
    GRPC,
    OTLP
  }

  private static final String DEFAULT_NAME = "main";

  private static final Rule<String> NAME =
      Rules.matching(
          "[a-z0-9][a-z0-9._-]{0,62}", "at most 63 lower-case letters, digits and . _ -");

  private static final Rule<Protocol> PROTOCOL = Rules.oneOf(Protocol.class);

  private static final Rule<String> HEADER =
      Rules.matching(
          "(?i)(?!(connection|content-encoding|content-length|content-type|expect|host|upgrade"
              + "|transfer-encoding|x-scope-orgid)$)[a-z0-9-]{1,64}",
          "a header that the client does not set itself");

  private static final Rule<Duration> TIMEOUT =
      Rules.duration(Duration.ofMillis(100), Duration.ofMinutes(5));

  private static final Duration DEFAULT_TIMEOUT = Duration.ofSeconds(10);

  /** Beyond it the hashes of the series would take more than 3 MiB of the heap. */
  private static final Rule<Integer> MAX_SERIES = Rules.integer(10, 100_000);

  /** What a Pyroscope of the first storage takes of a tenant by default. */
  private static final int DEFAULT_MAX_SERIES = 5000;

  public EndpointConfig {
    headers = Collections.unmodifiableMap(new LinkedHashMap<>(headers));
    NAME.require("pyroscope.name", name);
    Rules.HTTP_URL.require("pyroscope.url", url);
    HEADER.requireEach("pyroscope.headers", headers.keySet());
    TIMEOUT.require("pyroscope.timeout", timeout);
    MAX_SERIES.require("pyroscope.maxSeries", maxSeries);
    url = withoutSlash(url);
  }

  /**
   * An endpoint with nothing but defaults, as the command line names it.
   *
   * @throws IllegalArgumentException when it is not an http or https URL
   */
  public static EndpointConfig of(String name, URI url) {
    return new EndpointConfig(
        name,
        url,
        Protocol.PUSH,
        TenantConfig.NONE,
        BasicAuthConfig.NONE,
        Secret.NONE,
        Map.of(),
        TlsConfig.DEFAULT,
        DEFAULT_TIMEOUT,
        DEFAULT_MAX_SERIES,
        SpoolConfig.DEFAULT);
  }

  /**
   * Empty without a usable URL or a name of its own; the problem is noted then.
   *
   * @param names of the endpoints before it; gets this one's
   */
  static Optional<EndpointConfig> read(Section section, Set<String> names) {
    String name = section.value("name", DEFAULT_NAME, NAME);
    boolean isNamed = section.isSound();
    boolean isNew = isNamed && names.add(name);
    if (isNamed && !isNew) {
      section.problem(
          "name", "two endpoints are named '" + name + "'; allowed: a name of its own each");
    }
    Optional<URI> url = section.value("url", Optional.empty(), Rules.HTTP_URL.optional());
    Protocol protocol = section.value("protocol", Protocol.PUSH, PROTOCOL);
    TenantConfig tenant = TenantConfig.read(section);
    BasicAuthConfig basicAuth = BasicAuthConfig.read(section.section("basicAuth"));
    Secret bearerToken = section.secret("bearerToken");
    Map<String, Secret> headers = section.secrets("headers", HEADER);
    TlsConfig tls = TlsConfig.read(section.section("tls"));
    Duration timeout = section.value("timeout", DEFAULT_TIMEOUT, TIMEOUT);
    int maxSeries = section.value("maxSeries", DEFAULT_MAX_SERIES, MAX_SERIES);
    SpoolConfig spool = SpoolConfig.read(section.section("spool"));
    section.refuseOtherKeys();
    if (!section.has("url")) {
      section.problem("url", "missing; allowed: " + Rules.HTTP_URL.allowed());
    }
    if (protocol != Protocol.PUSH) {
      section.problem("protocol", Rules.name(protocol) + " is not built yet; allowed: push");
    }
    if (!basicAuth.username().isEmpty() && bearerToken.isSet()) {
      section.problem("basicAuth", "either basicAuth or a bearer token, not both");
    }
    return url.filter(found -> isNew)
        .map(
            found ->
                new EndpointConfig(
                    name,
                    found,
                    protocol,
                    tenant,
                    basicAuth,
                    bearerToken,
                    headers,
                    tls,
                    timeout,
                    maxSeries,
                    spool));
  }

  PrintedSection print() {
    PrintedSection printed =
        new PrintedSection()
            .text("name", name)
            .text("url", url.toString())
            .text("protocol", Rules.name(protocol));
    tenant.printTo(printed);
    PrintedSection printedHeaders = new PrintedSection();
    headers.forEach(printedHeaders::secret);
    return printed
        .section("basicAuth", basicAuth.print())
        .secret("bearerToken", bearerToken)
        .section("headers", printedHeaders)
        .section("tls", tls.print())
        .text("timeout", DurationText.format(timeout))
        .number("maxSeries", maxSeries)
        .section("spool", spool.print());
  }

  private static URI withoutSlash(URI url) {
    String text = url.toString();
    return text.endsWith("/") ? URI.create(text.substring(0, text.length() - 1)) : url;
  }
}
