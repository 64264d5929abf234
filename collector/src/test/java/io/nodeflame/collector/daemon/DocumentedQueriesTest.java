package io.nodeflame.collector.daemon;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nodeflame.collector.store.ProfileStore;
import io.nodeflame.collector.store.StoreConfig;
import io.nodeflame.collector.web.Readiness;
import io.nodeflame.collector.web.WebConfig;
import io.nodeflame.collector.web.WebServer;
import io.nodeflame.collector.web.WebSources;
import io.nodeflame.discovery.CgroupFrequencies;
import io.nodeflame.discovery.DiscoverySettings;
import io.nodeflame.discovery.cgroup.CgroupHierarchy;
import io.nodeflame.discovery.host.Explainer;
import io.nodeflame.discovery.host.PublishedNames;
import io.nodeflame.discovery.target.TargetRules;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The server answers what {@code docs/query-api.md} says that it does. */
class DocumentedQueriesTest {
  private static final Pattern METHOD = Pattern.compile("\\| `([A-Z]\\w+)` \\| (.*) \\| .* \\|");
  private static final Pattern FIELD = Pattern.compile("`(\\w+)`");
  private static final Pattern STATUS = Pattern.compile("\\| `GET (\\S+)` \\| (.*) \\|");
  private static final long END = 1_785_578_400_000L; // any time will do: nothing is stored
  private static final String RANGE =
      "\"profileTypeID\": \"process_cpu:cpu:nanoseconds:cpu:nanoseconds\", \"labelSelector\": \"{}\","
          + " \"start\": %d, \"end\": \"%d\"".formatted(END - 60_000, END);

  /** A good value of each field of a request. */
  private static final Map<String, String> VALUES =
      Map.ofEntries(
          Map.entry("start", "" + (END - 60_000)),
          Map.entry("end", "\"" + END + "\""),
          Map.entry("matchers", "[\"{service_name=\\\"shop\\\",node=~\\\"a.*\\\"}\"]"),
          Map.entry("name", "\"service_name\""),
          Map.entry("labelNames", "[\"service_name\"]"),
          Map.entry("groupBy", "[\"service_name\"]"),
          Map.entry("profileTypeID", "\"process_cpu:cpu:nanoseconds:cpu:nanoseconds\""),
          Map.entry("labelSelector", "\"{}\""),
          Map.entry("step", "15"),
          Map.entry("limit", "10"),
          Map.entry("maxNodes", "100"),
          Map.entry("format", "\"PROFILE_FORMAT_PPROF\""),
          Map.entry("left", "{" + RANGE + "}"),
          Map.entry("right", "{" + RANGE + "}"),
          Map.entry("SelectMergeStacktraces", ""));

  @TempDir Path dir;

  private static Map<String, String> rows(Pattern pattern) throws Exception {
    Map<String, String> rows = new TreeMap<>();
    for (String line : Files.readAllLines(Path.of("..", "docs", "query-api.md"))) {
      Matcher row = pattern.matcher(line);
      if (row.matches()) {
        rows.put(row.group(1), row.group(2));
      }
    }
    return rows;
  }

  private ProfileStore store() throws Exception {
    return ProfileStore.open(
        new StoreConfig(dir, Duration.ofHours(1), 16 << 20), Clock.systemUTC());
  }

  private static WebServer server(ProfileStore store) throws Exception {
    return WebServer.start(
        new WebConfig(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), Set.of(), ""),
        new WebSources(
            () -> "",
            () -> "",
            () -> new Readiness(true, ""),
            Optional.of(store),
            new Explainer(
                () -> new TargetRules(DiscoverySettings.DEFAULT, problem -> {}),
                null,
                Path.of("/proc"),
                new CgroupHierarchy(2, "", Path.of("/sys/fs/cgroup"), "/"),
                CgroupFrequencies.NONE,
                PublishedNames.UNKNOWN),
            WebSources.CodeInspection.NONE,
            new WebSources.About(
                "n",
                Duration.ofSeconds(15),
                Duration.ofHours(1),
                Instant.now(),
                Clock.systemUTC())));
  }

  private static HttpResponse<String> ask(WebServer server, String path, String body)
      throws Exception {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + server.port() + path));
    if (!body.isEmpty()) {
      request
          .header("Content-Type", "application/json")
          .POST(HttpRequest.BodyPublishers.ofString(body));
    }
    return HttpClient.newHttpClient().send(request.build(), HttpResponse.BodyHandlers.ofString());
  }

  private static String body(String fields) {
    StringBuilder body = new StringBuilder();
    FIELD
        .matcher(fields)
        .results()
        .map(field -> field.group(1))
        .filter(field -> !VALUES.getOrDefault(field, "?").isEmpty())
        .forEach(
            field ->
                body.append(body.isEmpty() ? "{" : ", ")
                    .append("\"%s\": %s".formatted(field, VALUES.get(field))));
    return body.append('}').toString();
  }

  @Test
  void everyMethodTakesItsFields() throws Exception {
    Map<String, String> methods = rows(METHOD);
    assertTrue(methods.containsKey("Diff"), methods::toString);
    try (ProfileStore store = store();
        WebServer server = server(store)) {
      for (Map.Entry<String, String> method : methods.entrySet()) {
        String body = body(method.getValue());
        HttpResponse<String> answer =
            ask(server, "/querier.v1.QuerierService/" + method.getKey(), body);
        assertEquals(200, answer.statusCode(), method.getKey() + body + answer.body());
      }
      assertEquals(501, ask(server, "/querier.v1.QuerierService/Nothing", "{}").statusCode());
    }
  }

  @Test
  void statusHasItsFields() throws Exception {
    Map<String, String> pages = rows(STATUS);
    assertEquals(Set.of("/api/v1/status"), pages.keySet());
    try (ProfileStore store = store();
        WebServer server = server(store)) {
      String answer = ask(server, "/api/v1/status", "").body();
      FIELD
          .matcher(pages.get("/api/v1/status"))
          .results()
          .forEach(
              field -> assertTrue(answer.contains("\"" + field.group(1) + "\":"), field::group));
      assertEquals(
          200, ask(server, "/api/v1/calltree", "{" + RANGE + ", \"maxNodes\": 10}").statusCode());
    }
  }
}
