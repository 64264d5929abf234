package io.nodeflame.collector.web;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.io.JsonStringEncoder;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.WebSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** A headless Chromium with one page open, asked over the DevTools protocol. */
public final class Browser implements AutoCloseable {
  private static final List<String> NAMES =
      List.of("chromium", "chromium-browser", "google-chrome", "chrome");
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private final Process process;
  private final Path log;
  private final WebSocket socket;
  private final LinkedBlockingQueue<String> messages = new LinkedBlockingQueue<>();
  private final List<String> requests = new CopyOnWriteArrayList<>();
  private volatile boolean watches;
  private int calls;

  private Browser(Process process, Path log, URI page) throws Exception {
    this.process = process;
    this.log = log;
    socket =
        HttpClient.newHttpClient()
            .newWebSocketBuilder()
            .buildAsync(page, new Messages())
            .get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
  }

  private final class Messages implements WebSocket.Listener {
    private final StringBuilder text = new StringBuilder();

    @Override
    public CompletionStage<?> onText(WebSocket from, CharSequence part, boolean last) {
      text.append(part);
      if (last) {
        take(text.toString());
        text.setLength(0);
      }
      from.request(1);
      return null;
    }
  }

  private void take(String message) {
    if (!message.startsWith("{\"method\":")) {
      messages.add(message);
    } else if (watches && message.startsWith("{\"method\":\"Network.requestWillBeSent\",")) {
      try {
        requests.add(requestUrl(message));
      } catch (IOException e) {
        requests.add("unreadable: " + message);
      }
    }
  }

  private static String requestUrl(String message) throws IOException {
    boolean isRequest = false;
    try (JsonParser in = new JsonFactory().createParser(message)) {
      for (JsonToken token = in.nextToken(); token != null; token = in.nextToken()) {
        isRequest |= token == JsonToken.FIELD_NAME && "request".equals(in.currentName());
        if (isRequest && token == JsonToken.VALUE_STRING && "url".equals(in.currentName())) {
          return in.getText();
        }
      }
    }
    throw new IOException("no address");
  }

  /** Path of the browser. Without one the test is skipped, or fails where tests must not be. */
  public static String executable() {
    for (String folder : String.valueOf(System.getenv("PATH")).split(":", -1)) {
      for (String name : NAMES) {
        Path candidate = Path.of(folder, name);
        if (Files.isExecutable(candidate)) {
          return candidate.toString();
        }
      }
    }
    if (Boolean.getBoolean("nodeflame.kernel.required")) {
      fail("no Chromium on the PATH, and this build may not skip");
    }
    assumeTrue(false, "skipped: no Chromium on the PATH");
    return "";
  }

  /** Opens a page. Nothing but 127.0.0.1 can be reached from it. */
  public static Browser open(String executable, Path dir, String url) throws Exception {
    Path log = dir.resolve("browser.log");
    Path profile = Files.createTempDirectory(dir, "browser");
    ProcessBuilder command =
        new ProcessBuilder(
                executable,
                "--headless",
                "--no-sandbox",
                "--disable-gpu",
                "--disable-dev-shm-usage",
                "--disable-background-networking",
                "--disable-component-update",
                "--disable-sync",
                "--no-first-run",
                "--enable-logging=stderr",
                "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
                "--user-data-dir=" + profile,
                "--window-size=1400,900",
                "--force-prefers-reduced-motion",
                "--remote-debugging-port=0",
                url)
            .redirectErrorStream(true)
            .redirectOutput(log.toFile());
    command.environment().put("TMPDIR", profile.toString());
    Process process = command.start();
    try {
      return new Browser(process, log, debuggedPage(profile, process));
    } catch (Exception e) {
      end(process);
      throw e;
    }
  }

  private static URI debuggedPage(Path profile, Process process) throws Exception {
    Path portFile = profile.resolve("DevToolsActivePort");
    long end = System.nanoTime() + PATIENCE.toNanos();
    while (System.nanoTime() < end && process.isAlive()) {
      if (Files.exists(portFile) && Files.size(portFile) > 0) {
        String port = Files.readAllLines(portFile).get(0);
        String pages = get(URI.create("http://127.0.0.1:" + port + "/json/list"));
        List<String> sockets = texts(pages, "webSocketDebuggerUrl", "type", "page");
        if (!sockets.isEmpty()) {
          return URI.create(sockets.get(0));
        }
      }
      TimeUnit.MILLISECONDS.sleep(50);
    }
    throw new IOException("the browser does not start");
  }

  private static String get(URI uri) throws Exception {
    return HttpClient.newHttpClient()
        .send(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.ofString())
        .body();
  }

  /** One field of the objects of an array that have a value in another. */
  private static List<String> texts(String json, String wanted, String key, String value)
      throws IOException {
    List<String> found = new ArrayList<>();
    String text = "";
    boolean matches = false;
    try (JsonParser in = new JsonFactory().createParser(json)) {
      for (JsonToken token = in.nextToken(); token != null; token = in.nextToken()) {
        if (token == JsonToken.VALUE_STRING) {
          text = wanted.equals(in.currentName()) ? in.getText() : text;
          matches |= key.equals(in.currentName()) && value.equals(in.getText());
        } else if (token == JsonToken.END_OBJECT) {
          if (matches) {
            found.add(text);
          }
          matches = false;
        }
      }
    }
    return found;
  }

  /** Loads the page again; from here on {@link #requests} knows what is asked for. */
  public void reloadAndWatch() throws Exception {
    watches = true;
    send("Network.enable", "{}");
    send("Page.reload", "{\"ignoreCache\":true}");
  }

  /** Addresses of all requests since {@link #reloadAndWatch}, whatever became of them. */
  public List<String> requests() {
    return List.copyOf(requests);
  }

  private void send(String method, String params) throws Exception {
    socket
        .sendText(
            "{\"id\":" + ++calls + ",\"method\":\"" + method + "\",\"params\":" + params + "}",
            true)
        .get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
  }

  /** What an expression of JavaScript gives in the page, as text. */
  public String evaluate(String expression) throws Exception {
    String quoted = new String(JsonStringEncoder.getInstance().quoteAsString(expression));
    send("Runtime.evaluate", "{\"returnByValue\":true,\"expression\":\"String(" + quoted + ")\"}");
    String prefix = "{\"id\":" + calls + ",";
    long end = System.nanoTime() + PATIENCE.toNanos();
    while (System.nanoTime() < end) {
      String message = messages.poll(1, TimeUnit.SECONDS);
      if (message != null && message.startsWith(prefix)) {
        assertFalse(message.contains("\"exceptionDetails\""), message);
        return value(message);
      }
    }
    return fail("the browser does not answer");
  }

  private static String value(String message) throws IOException {
    try (JsonParser in = new JsonFactory().createParser(message)) {
      for (JsonToken token = in.nextToken(); token != null; token = in.nextToken()) {
        if (token == JsonToken.VALUE_STRING && "value".equals(in.currentName())) {
          return in.getText();
        }
      }
    }
    return fail("no value in " + message);
  }

  /** Waits until an expression is true. */
  public void await(String expression) throws Exception {
    long end = System.nanoTime() + PATIENCE.toNanos();
    while (!evaluate(expression).equals("true")) {
      if (System.nanoTime() > end) {
        fail(expression + " never came true: " + evaluate("document.body.innerHTML"));
      }
      TimeUnit.MILLISECONDS.sleep(50);
    }
  }

  /** Names of the frames that a CSS selector finds, sorted, with commas. */
  public String frames(String selector) throws Exception {
    return evaluate(
        "[...document.querySelectorAll('"
            + selector
            + "')].map(g => g.getAttribute('name')).sort().join()");
  }

  public String text(String selector) throws Exception {
    return evaluate("document.querySelector('" + selector + "').textContent");
  }

  public void click(String selector) throws Exception {
    evaluate(
        "document.querySelector('"
            + selector
            + "').dispatchEvent(new MouseEvent('click', {bubbles: true, view: window}))");
  }

  /** Fails when the page logged an error or broke its content security policy. */
  public void assertNoErrors() throws IOException {
    for (String line : Files.readString(log, StandardCharsets.ISO_8859_1).split("\n", -1)) {
      boolean console = line.contains("CONSOLE");
      assertFalse(console && (line.contains("rror") || line.contains("Content Security")), line);
    }
    assertTrue(process.isAlive(), "the browser ended");
  }

  /** Ends all its processes and waits for them: they write into the test's directory. */
  private static void end(Process process) {
    List<ProcessHandle> all = new ArrayList<>(process.descendants().toList());
    all.add(process.toHandle());
    for (ProcessHandle one : all) {
      one.destroyForcibly();
    }
    // Polled, since waiting for a grandchild takes the JDK seconds.
    long end = System.nanoTime() + PATIENCE.toNanos();
    try {
      while (all.stream().anyMatch(ProcessHandle::isAlive)) {
        if (System.nanoTime() > end) {
          throw new IllegalStateException("the browser does not end");
        }
        TimeUnit.MILLISECONDS.sleep(10);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public void close() {
    socket.abort();
    end(process);
  }
}
