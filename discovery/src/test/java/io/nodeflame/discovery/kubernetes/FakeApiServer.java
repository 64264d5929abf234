package io.nodeflame.discovery.kubernetes;

import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * The part of an API server that a watch needs: paged lists, watches over WebSocket from a version
 * on, versions that expire, refusals, tokens, and restarts on the same port.
 */
final class FakeApiServer implements AutoCloseable {
  /** One change, as a watch tells it. */
  private record Event(long version, String resource, String type, String json) {}

  private final Map<String, TreeMap<String, String>> objects = new HashMap<>();
  private final List<Event> events = new ArrayList<>();
  private final List<String> requests = new ArrayList<>();
  private final Map<String, Integer> answers = new HashMap<>();
  private final Map<String, Integer> answersLeft = new HashMap<>();
  private final Set<String> held = new HashSet<>();
  private final Set<Socket> connections = new HashSet<>();
  private final int port;
  private ServerSocket listener;
  private long version = 100;
  private long mutedAfter = Long.MAX_VALUE;
  private long oldest = 0;
  private String token = "";

  FakeApiServer() throws IOException {
    port = freePort();
    objects.put("pods", new TreeMap<>());
    objects.put("namespaces", new TreeMap<>());
  }

  URI uri() {
    return URI.create("http://127.0.0.1:" + port);
  }

  synchronized void start() throws IOException, InterruptedException {
    ServerSocket socket = null;
    for (int attempt = 1; socket == null; attempt++) {
      socket = bind();
      if (socket == null && attempt > 500) {
        throw new BindException("port " + port + " stays in use");
      }
      Thread.sleep(socket == null ? 10 : 0);
    }
    ServerSocket bound = socket;
    listener = bound;
    daemon("fake-api-accept", () -> accept(bound));
  }

  /** Null while the thread that accepted before has not let go of the port. */
  private ServerSocket bind() throws IOException {
    ServerSocket socket = new ServerSocket();
    try {
      socket.setReuseAddress(true);
      socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
      return socket;
    } catch (BindException e) {
      socket.close();
      return null;
    }
  }

  /** Drops every connection; the objects stay. */
  synchronized void stop() throws IOException {
    if (listener != null) {
      listener.close();
      listener = null;
    }
    drop();
  }

  /** Cuts all connections off, as a restart or a failing network does. */
  synchronized void drop() throws IOException {
    for (Socket connection : connections) {
      connection.close();
    }
    connections.clear();
    notifyAll();
  }

  @Override
  public void close() throws IOException {
    stop();
  }

  /** Adds or replaces; {@code %d} in the JSON becomes the object's version. */
  synchronized void put(String resource, String key, String json) {
    String old = objects.get(resource).get(key);
    version++;
    String whole = json.replace("%d", Long.toString(version));
    objects.get(resource).put(key, whole);
    record(resource, old == null ? "ADDED" : "MODIFIED", whole);
  }

  synchronized void delete(String resource, String key) {
    String old = objects.get(resource).remove(key);
    version++;
    record(
        resource,
        "DELETED",
        old.replaceFirst(
            "\"resourceVersion\":\"[0-9]+\"", "\"resourceVersion\":\"" + version + "\""));
  }

  /** Says something to the watches that is in no list. */
  synchronized void tell(String resource, String type, String json) {
    version++;
    record(resource, type, json);
  }

  /** Watches hear nothing more, as when a host on the way has gone; lists tell all. */
  synchronized void mute() {
    mutedAfter = version;
  }

  private void record(String resource, String type, String json) {
    events.add(new Event(version, resource, type, json));
    notifyAll();
  }

  /** Forgets the past: a watch from an older version is answered 410. */
  synchronized void expire() {
    version++;
    oldest = version;
    events.clear();
  }

  /** Answers with a status from now on; 200 takes it back. The verb is list or watch. */
  synchronized void answer(String verb, String resource, int status) {
    answers.put(verb + " " + resource, status);
  }

  /** Answers the next ones with a status, and those after them as before. */
  synchronized void answerNext(int count, String verb, String resource, int status) {
    answer(verb, resource, status);
    answersLeft.put(verb + " " + resource, count);
  }

  /** Lets such requests wait for their answer from now on, until they are let go. */
  synchronized void hold(String verb, String resource) {
    held.add(verb + " " + resource);
  }

  synchronized void letGo() {
    held.clear();
    notifyAll();
  }

  private synchronized void awaitLetGo(String request) throws InterruptedException {
    while (held.contains(request)) {
      wait();
    }
  }

  synchronized void requireToken(String required) {
    token = required;
  }

  synchronized List<String> requests() {
    return List.copyOf(requests);
  }

  synchronized int connectionCount() {
    return connections.size();
  }

  private void accept(ServerSocket socket) {
    try {
      while (true) {
        Socket connection = socket.accept();
        synchronized (this) {
          if (listener != socket) {
            connection.close();
            return;
          }
          connections.add(connection);
        }
        daemon("fake-api-connection", () -> serve(connection));
      }
    } catch (IOException e) {
      // Stopped.
    }
  }

  private void serve(Socket connection) {
    try (connection) {
      HttpConnection http = new HttpConnection(connection);
      for (var request = http.read(); request != null; request = http.read()) {
        answer(request, http);
      }
    } catch (SocketException e) {
      // Cut off.
    } catch (IOException | InterruptedException e) {
      throw new IllegalStateException(e);
    } finally {
      synchronized (this) {
        connections.remove(connection);
      }
    }
  }

  private void answer(HttpConnection.Request request, HttpConnection http)
      throws IOException, InterruptedException {
    Map<String, String> query = query(request.target());
    String path = request.target().replaceFirst("\\?.*", "");
    String resource = path.substring(path.lastIndexOf('/') + 1);
    boolean watch = "true".equals(query.get("watch"));
    int status = status(request, watch ? "watch" : "list", resource);
    awaitLetGo((watch ? "watch " : "list ") + resource);
    if (status != 200) {
      http.respond(status, statusJson(status));
    } else if (watch) {
      watch(request, http, resource, Long.parseLong(query.get("resourceVersion")));
    } else {
      http.respond(200, list(resource, query));
    }
  }

  private synchronized int status(HttpConnection.Request request, String verb, String resource) {
    requests.add(verb + " " + URLDecoder.decode(request.target(), StandardCharsets.UTF_8));
    if (!token.isEmpty() && !("Bearer " + token).equals(request.header("authorization"))) {
      return 401;
    }
    if (!objects.containsKey(resource)) {
      return 404;
    }
    String asked = verb + " " + resource;
    int left = answersLeft.getOrDefault(asked, Integer.MAX_VALUE);
    if (left == 0) {
      answersLeft.remove(asked);
      answers.remove(asked);
    } else {
      answersLeft.replace(asked, left - 1);
    }
    return answers.getOrDefault(asked, 200);
  }

  private synchronized String list(String resource, Map<String, String> query) {
    int from = Integer.parseInt(query.getOrDefault("continue", "0"));
    int limit = Integer.parseInt(query.getOrDefault("limit", "1000000"));
    List<String> all = new ArrayList<>(objects.get(resource).values());
    int to = Math.min(all.size(), from + limit);
    String more = to < all.size() ? ",\"continue\":\"" + to + "\"" : "";
    String kind = resource.equals("pods") ? "PodList" : "NamespaceList";
    return "{\"kind\":\""
        + kind
        + "\",\"apiVersion\":\"v1\",\"metadata\":{\"resourceVersion\":\""
        + version
        + "\""
        + more
        + "},\"items\":["
        + String.join(",", all.subList(from, to))
        + "]}";
  }

  private void watch(
      HttpConnection.Request request, HttpConnection http, String resource, long from)
      throws IOException, InterruptedException {
    if (request.header("upgrade").equals("websocket")) {
      http.upgrade(request);
      daemon("fake-api-frames", http::passFramesOver);
    } else {
      http.beginChunks();
    }
    long told = from;
    while (true) {
      Event next;
      synchronized (this) {
        if (told < oldest) {
          http.event("{\"type\":\"ERROR\",\"object\":" + statusJson(410) + "}");
          return;
        }
        next = after(resource, told);
        if (next == null) {
          wait(200);
          if (http.isClosed()) {
            return;
          }
          continue;
        }
      }
      http.event("{\"type\":\"" + next.type + "\",\"object\":" + next.json + "}");
      told = next.version;
    }
  }

  private synchronized Event after(String resource, long told) {
    for (Event event : events) {
      boolean isDue = event.version > told && event.version <= mutedAfter;
      if (isDue && event.resource.equals(resource)) {
        return event;
      }
    }
    return null;
  }

  private static Map<String, String> query(String target) {
    Map<String, String> query = new HashMap<>();
    int mark = target.indexOf('?');
    for (String pair : mark < 0 ? new String[0] : target.substring(mark + 1).split("&")) {
      String[] parts = pair.split("=", 2);
      query.put(parts[0], URLDecoder.decode(parts[1], StandardCharsets.UTF_8));
    }
    return query;
  }

  private static String statusJson(int code) {
    return "{\"kind\":\"Status\",\"apiVersion\":\"v1\",\"metadata\":{},\"status\":\"Failure\","
        + "\"message\":\"no\",\"code\":"
        + code
        + "}";
  }

  /** Not one that outgoing connections get: while the server is stopped it must stay free. */
  private static int freePort() throws IOException {
    for (int port = 20_000 + (int) (ProcessHandle.current().pid() % 10_000); ; port++) {
      try (ServerSocket free = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
        return free.getLocalPort();
      } catch (BindException e) {
        if (port > 32_000) {
          throw e;
        }
      }
    }
  }

  static void daemon(String name, Runnable task) {
    Thread thread = new Thread(task, name);
    thread.setDaemon(true);
    thread.start();
  }
}
