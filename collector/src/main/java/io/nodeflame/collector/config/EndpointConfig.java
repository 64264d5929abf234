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
 * @param tenantId empty when the server has one tenant
 * @param tenantFrom the series label whose value is the tenant, such as {@code namespace}; empty
 *     when {@code tenantId} decides
 * @param bearerToken {@link Secret#NONE} when there is none; never together with a user name
 * @param headers sent with each request
 * @param timeout of one request, connecting included
 */
public record EndpointConfig(
    String name,
    URI url,
    Protocol protocol,
    String tenantId,
    String tenantFrom,
    BasicAuth basicAuth,
    Secret bearerToken,
    Map<String, Secret> headers,
    TlsConfig tls,
    Duration timeout,
    SpoolConfig spool) {

  /** How profiles travel. */
  public enum Protocol {
    /** Pyroscope's push service by Connect over HTTP. */
    PUSH,
    GRPC,
    OTLP
  }

  /**
   * A user and password for each request.
   *
   * @param username empty when there is no basic authentication
   */
  public record BasicAuth(String username, Secret password) {
    public static final BasicAuth NONE = new BasicAuth("", Secret.NONE);

    public BasicAuth {
      if (username.isEmpty() == password.isSet()) {
        throw new IllegalArgumentException("basicAuth: " + PAIR);
      }
    }
  }

  private static final String PAIR = "username and password belong together: set both or none";

  private static final String DEFAULT_NAME = "main";

  private static final Rule<String> NAME =
      Rules.matching(
          "[a-z0-9][a-z0-9._-]{0,62}", "at most 63 lower-case letters, digits and . _ -");

  private static final Rule<Protocol> PROTOCOL = Rules.oneOf(Protocol.class);

  /** Pyroscope's rule for tenant ids; {@code a|b} would be several, which a push cannot have. */
  private static final Rule<String> TENANT_ID =
      Rules.matching(
              "[A-Za-z0-9!_.*'()-]{0,150}", "at most 150 letters, digits and ! - _ . * ' ( )")
          .and(tenant -> !tenant.equals(".") && !tenant.equals(".."));

  private static final Rule<String> TENANT_FROM =
      new Rule<>(
          "a label name such as namespace",
          Rules.LABEL_NAME.parser(),
          name -> name.isEmpty() || Rules.LABEL_NAME.accepts().test(name));

  private static final Rule<String> HEADER =
      Rules.matching(
          "(?i)(?!(connection|content-encoding|content-length|content-type|expect|host|upgrade"
              + "|transfer-encoding|x-scope-orgid)$)[a-z0-9-]{1,64}",
          "a header that the client does not set itself");

  private static final Rule<Duration> TIMEOUT =
      Rules.duration(Duration.ofMillis(100), Duration.ofMinutes(5));

  private static final Duration DEFAULT_TIMEOUT = Duration.ofSeconds(10);

  public EndpointConfig {
    headers = Collections.unmodifiableMap(new LinkedHashMap<>(headers));
    NAME.require("pyroscope.name", name);
    Rules.HTTP_URL.require("pyroscope.url", url);
    TENANT_ID.require("pyroscope.tenantId", tenantId);
    TENANT_FROM.require("pyroscope.tenantFrom", tenantFrom);
    HEADER.requireEach("pyroscope.headers", headers.keySet());
    TIMEOUT.require("pyroscope.timeout", timeout);
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
        "",
        "",
        BasicAuth.NONE,
        Secret.NONE,
        Map.of(),
        TlsConfig.DEFAULT,
        DEFAULT_TIMEOUT,
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
    String tenantId = section.value("tenantId", "", TENANT_ID);
    String tenantFrom = section.value("tenantFrom", "", TENANT_FROM);
    BasicAuth basicAuth = readBasicAuth(section.section("basicAuth"));
    Secret bearerToken = section.secret("bearerToken");
    Map<String, Secret> headers = section.secrets("headers", HEADER);
    TlsConfig tls = TlsConfig.read(section.section("tls"));
    Duration timeout = section.value("timeout", DEFAULT_TIMEOUT, TIMEOUT);
    SpoolConfig spool = SpoolConfig.read(section.section("spool"));
    section.refuseOtherKeys();
    if (!section.has("url")) {
      section.problem("url", "missing; allowed: " + Rules.HTTP_URL.allowed());
    }
    if (protocol != Protocol.PUSH) {
      section.problem("protocol", Rules.name(protocol) + " is not built yet; allowed: push");
    }
    if (!tenantId.isEmpty() && !tenantFrom.isEmpty()) {
      section.problem("tenantFrom", "either tenantId or tenantFrom, not both");
    }
    if (!basicAuth.username.isEmpty() && bearerToken.isSet()) {
      section.problem("basicAuth", "either basicAuth or a bearer token, not both");
    }
    return url.filter(found -> isNew)
        .map(
            found ->
                new EndpointConfig(
                    name,
                    found,
                    protocol,
                    tenantId,
                    tenantFrom,
                    basicAuth,
                    bearerToken,
                    headers,
                    tls,
                    timeout,
                    spool));
  }

  private static BasicAuth readBasicAuth(Section section) {
    String username = section.value("username", "", Rules.TEXT);
    Secret password = section.secret("password");
    section.refuseOtherKeys();
    if (username.isEmpty() == password.isSet()) {
      if (section.isSound()) {
        section.problem("username", PAIR);
      }
      return BasicAuth.NONE;
    }
    return new BasicAuth(username, password);
  }

  PrintedSection print() {
    PrintedSection printed =
        new PrintedSection()
            .text("name", name)
            .text("url", url.toString())
            .text("protocol", Rules.name(protocol))
            .text("tenantId", tenantId)
            .text("tenantFrom", tenantFrom)
            .section(
                "basicAuth",
                new PrintedSection()
                    .text("username", basicAuth.username)
                    .secret("password", basicAuth.password))
            .secret("bearerToken", bearerToken);
    PrintedSection printedHeaders = new PrintedSection();
    headers.forEach(printedHeaders::secret);
    return printed
        .section("headers", printedHeaders)
        .section("tls", tls.print())
        .text("timeout", DurationText.format(timeout))
        .section("spool", spool.print());
  }

  private static URI withoutSlash(URI url) {
    String text = url.toString();
    return text.endsWith("/") ? URI.create(text.substring(0, text.length() - 1)) : url;
  }
}
