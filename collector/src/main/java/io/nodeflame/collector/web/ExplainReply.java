package io.nodeflame.collector.web;

import com.sun.net.httpserver.HttpExchange;
import io.nodeflame.discovery.host.Explainer;
import io.nodeflame.discovery.host.Explanation;
import io.nodeflame.discovery.host.PodReport;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;

/**
 * {@code GET /api/v1/explain?pid=PID} or {@code ?pod=NAMESPACE/NAME}: how the labels of a process
 * come about, as JSON, or with {@code format=text} for people. One at a time: a pod's processes are
 * looked for among all of the node.
 */
final class ExplainReply {
  static final String PATH = "/api/v1/explain";

  private static final Set<String> PARAMETERS = Set.of("pid", "pod", "format");
  private static final int MAX_QUERY_CHARS = 1024;

  private final Explainer explainer;
  private final WebSources.CodeInspection code;
  private final Semaphore running = new Semaphore(1);

  ExplainReply(Explainer explainer, WebSources.CodeInspection code) {
    this.explainer = explainer;
    this.code = code;
  }

  Reply reply(HttpExchange exchange) throws RefusedException {
    Map<String, String> query = query(exchange.getRequestURI().getRawQuery());
    String format = query.getOrDefault("format", "json");
    if (!format.equals("json") && !format.equals("text")) {
      throw RefusedException.invalid("format is json or text");
    }
    if (query.containsKey("pid") == query.containsKey("pod")) {
      throw RefusedException.invalid("either pid=PID or pod=NAMESPACE/NAME");
    }
    if (!running.tryAcquire()) {
      throw new RefusedException(
          ConnectCode.RESOURCE_EXHAUSTED, "another explanation is asked for");
    }
    try {
      boolean isText = format.equals("text");
      String pid = query.get("pid");
      return pid != null ? process(pid, isText) : pod(query.getOrDefault("pod", ""), isText);
    } finally {
      running.release();
    }
  }

  private Reply process(String pid, boolean isText) throws RefusedException {
    Explanation explanation =
        explainer
            .process(number(pid))
            .orElseThrow(() -> notFound("there is no process " + pid + " on this node"));
    return isText
        ? text(ExplainText.of(explanation, code))
        : Reply.json(200, json -> new ExplainJson(json, code).process(explanation));
  }

  private Reply pod(String pod, boolean isText) throws RefusedException {
    int slash = pod.indexOf('/');
    if (slash <= 0 || slash == pod.length() - 1 || pod.indexOf('/', slash + 1) >= 0) {
      throw RefusedException.invalid("pod is NAMESPACE/NAME");
    }
    if (!explainer.knowsPods()) {
      throw notFound(
          "this daemon knows of no pods: nodeName or KUBECONFIG is not set, or the cluster cannot be"
              + " reached; its log says which");
    }
    PodReport report =
        explainer
            .pod(pod.substring(0, slash), pod.substring(slash + 1))
            .orElseThrow(() -> notFound("this node has no such pod, or has not heard of it yet"));
    return isText
        ? text(ExplainText.of(report, code))
        : Reply.json(200, json -> new ExplainJson(json, code).pod(report));
  }

  private static Reply text(String text) {
    return new Reply(200, Reply.TEXT, text.getBytes(StandardCharsets.UTF_8));
  }

  private static RefusedException notFound(String message) {
    return new RefusedException(ConnectCode.NOT_FOUND, message);
  }

  private static int number(String pid) throws RefusedException {
    try {
      int number = Integer.parseInt(pid);
      if (number > 0) {
        return number;
      }
    } catch (NumberFormatException e) {
      // Said below.
    }
    throw RefusedException.invalid("pid is a number from 1 to 2147483647");
  }

  private static Map<String, String> query(@Nullable String raw) throws RefusedException {
    Map<String, String> query = new HashMap<>();
    if (raw == null || raw.length() > MAX_QUERY_CHARS) {
      return query;
    }
    for (String pair : raw.split("&", -1)) {
      int equals = pair.indexOf('=');
      String name = equals < 0 ? pair : pair.substring(0, equals);
      if (!PARAMETERS.contains(name)) {
        throw RefusedException.invalid("parameters are pid, pod and format");
      }
      try {
        query.put(
            name,
            URLDecoder.decode(
                equals < 0 ? "" : pair.substring(equals + 1), StandardCharsets.UTF_8));
      } catch (IllegalArgumentException e) {
        throw RefusedException.invalid("a % in the address is followed by no number");
      }
    }
    return query;
  }
}
