package io.nodeflame.discovery.probe;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.http.HttpClient;
import io.fabric8.kubernetes.client.http.HttpResponse;
import io.fabric8.kubernetes.client.jdkhttp.JdkHttpClientFactory;
import io.nodeflame.discovery.PlainText;
import io.nodeflame.discovery.kubernetes.ClusterAccess;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Asks the API server, once and with small requests, for all that the daemon asks it: its version,
 * the pods of the node and the namespaces, listed and watched.
 */
public final class ClusterProbe {
  private static final Duration TIMEOUT = Duration.ofSeconds(10);
  private static final int MAX_CAUSE_CHARS = 200;
  private static final int UNAUTHORIZED = 401;
  private static final int FORBIDDEN = 403;
  private static final String SERVER = "API server";
  private static final String PODS = "pods";
  private static final String NAMESPACES = "namespaces";

  private final HttpClient http;
  private final String base;
  private final String nodeName;

  private ClusterProbe(HttpClient http, String base, String nodeName) {
    this.http = http;
    this.base = base;
    this.nodeName = nodeName;
  }

  /** Takes half a minute at most; the first finding is of the server itself. */
  public static List<Finding> run(ClusterAccess access, String nodeName) {
    Config config;
    try {
      config = config(access);
    } catch (IOException | RuntimeException e) {
      return List.of(
          Finding.bad(
              SERVER,
              "the way to it cannot be read: " + cause(e),
              "mount the ServiceAccount's token, or correct the file that KUBECONFIG names"));
    }
    try (HttpClient http = new JdkHttpClientFactory().newBuilder(config).build()) {
      return new ClusterProbe(http, config.getMasterUrl(), nodeName).findings();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return List.of(Finding.bad(SERVER, "interrupted", "try again"));
    } catch (RuntimeException e) {
      return List.of(unreachable(access.apiServer(), e));
    }
  }

  private static Config config(ClusterAccess access) throws IOException {
    Config config;
    if (access.kubeconfig().isPresent()) {
      Path file = access.kubeconfig().get();
      if (!Files.isReadable(file)) {
        throw new IOException(file + " cannot be read");
      }
      config = Config.fromKubeconfig(file.toFile());
    } else {
      config = Config.empty();
      config.setMasterUrl(access.apiServer() + "/");
      access.caFile().ifPresent(file -> config.setCaCertFile(file.toString()));
      if (access.tokenFile().isPresent()) {
        config.setOauthToken(Files.readString(access.tokenFile().get()).strip());
      }
    }
    config.setUserAgent("nodeflame");
    config.setConnectionTimeout((int) TIMEOUT.toMillis());
    config.setRequestTimeout((int) TIMEOUT.toMillis());
    config.setRequestRetryBackoffLimit(0);
    return config;
  }

  private List<Finding> findings() throws InterruptedException {
    List<Finding> findings = new ArrayList<>();
    try {
      findings.add(version(get("version")));
      if (findings.get(0).verdict() != Finding.Verdict.BAD) {
        String selector = "fieldSelector=" + encoded("spec.nodeName=" + nodeName) + "&";
        findings.add(readable(PODS, selector));
        findings.add(readable(NAMESPACES, ""));
      }
    } catch (ExecutionException | TimeoutException e) {
      findings.add(unreachable(URI.create(base), e));
    }
    return findings;
  }

  private HttpResponse<String> get(String path)
      throws InterruptedException, ExecutionException, TimeoutException {
    return http.sendAsync(http.newHttpRequestBuilder().uri(base + path).build(), String.class)
        .get(TIMEOUT.toMillis(), TimeUnit.MILLISECONDS);
  }

  private Finding version(HttpResponse<String> response) {
    if (response.code() == UNAUTHORIZED) {
      return Finding.bad(
          SERVER,
          base + " does not accept the token (401)",
          "mount a token of the ServiceAccount that is not expired, or name a kubeconfig that works");
    }
    // Who may not ask for the version may still read pods.
    String version = response.code() == 200 ? json(response).path("gitVersion").asText("") : "";
    return Finding.good(
        SERVER,
        base
            + (version.isEmpty()
                ? ", which does not tell its version (" + response.code() + ")"
                : ", Kubernetes " + PlainText.of(version, 64)));
  }

  private Finding readable(String resource, String selector)
      throws InterruptedException, ExecutionException, TimeoutException {
    String path = "api/v1/" + resource + "?" + selector;
    HttpResponse<String> list = get(path + "limit=1");
    if (list.code() != 200) {
      return refused(resource, "list", list.code());
    }
    JsonNode answer = json(list);
    String version = answer.path("metadata").path("resourceVersion").asText("");
    HttpResponse<String> watch =
        get(path + "watch=true&timeoutSeconds=1&resourceVersion=" + encoded(version));
    if (watch.code() != 200) {
      return refused(resource, "watch", watch.code());
    }
    if (resource.equals(PODS) && answer.path("items").isEmpty()) {
      return Finding.doubtful(
          PODS,
          "may be listed and watched, but none is on node " + nodeName,
          "set nodeName to a name that kubectl get nodes shows, in the manifest from spec.nodeName");
    }
    return Finding.good(
        resource,
        (resource.equals(PODS) ? "those of node " + nodeName : "all")
            + " may be listed and watched");
  }

  private static Finding refused(String resource, String verb, int status) {
    String what = "the API server answers " + status + " to " + verb + " " + resource;
    return status == FORBIDDEN
        ? Finding.bad(
            resource,
            what,
            "give a ClusterRole this rule, and bind it to the daemon's ServiceAccount by a"
                + " ClusterRoleBinding: {apiGroups: [\"\"], resources: ["
                + resource
                + "], verbs: [get, list, watch]}")
        : Finding.bad(resource, what, "look at the API server's log, then try again");
  }

  private static Finding unreachable(URI server, Throwable why) {
    return Finding.bad(
        SERVER,
        server + " cannot be reached: " + cause(why),
        "let a network policy or firewall pass, or correct KUBECONFIG or KUBERNETES_SERVICE_HOST");
  }

  private static JsonNode json(HttpResponse<String> response) {
    try {
      return new ObjectMapper().readTree(response.body());
    } catch (JsonProcessingException e) {
      return new ObjectMapper().createObjectNode();
    }
  }

  private static String encoded(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8);
  }

  /** The innermost cause in a few words. */
  private static String cause(Throwable failure) {
    Throwable cause = failure;
    for (int depth = 0; cause.getCause() != null && depth < 16; depth++) {
      cause = cause.getCause();
    }
    String message = cause.getMessage();
    String name = cause.getClass().getSimpleName();
    return PlainText.of(message == null ? name : name + ": " + message, MAX_CAUSE_CHARS);
  }
}
