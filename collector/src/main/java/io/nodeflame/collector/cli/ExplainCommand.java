package io.nodeflame.collector.cli;

import io.nodeflame.collector.file.RegularFile;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.net.ConnectException;
import java.net.HttpURLConnection;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Asks the running daemon how the labels of a process or pod come about. */
@Command(
    name = "explain",
    description =
        "Ask the running daemon how a process or pod gets its labels, or why it has none.",
    mixinStandardHelpOptions = true)
final class ExplainCommand implements Callable<Integer> {
  private static final int CONNECT_MILLIS = 3_000;
  private static final int ANSWER_MILLIS = 30_000;
  private static final int MAX_ANSWER_BYTES = 8 << 20;
  private static final int MAX_TOKEN_BYTES = 16 * 1024;

  @Parameters(
      paramLabel = "PID|NAMESPACE/POD",
      description = "A process of this node, or a pod with all its processes.")
  private String subject = "";

  @Option(
      names = "--url",
      paramLabel = "URL",
      description = "Where the daemon listens; default: ${DEFAULT-VALUE}.")
  private URI url = URI.create("http://127.0.0.1:4041");

  @Option(
      names = "--token-file",
      paramLabel = "FILE",
      description = "Holds the token, where server.tokenFile is set.")
  private Optional<Path> tokenFile = Optional.empty();

  @Option(names = "--json", description = "Print JSON.")
  private boolean json;

  @SuppressWarnings("NullAway.Init") // picocli sets it before any command runs
  @Spec
  private CommandSpec spec;

  @Override
  public Integer call() throws IOException {
    URI address = address();
    String token = tokenFile.isPresent() ? token(tokenFile.get()) : "";
    HttpURLConnection request = (HttpURLConnection) address.toURL().openConnection();
    try {
      request.setInstanceFollowRedirects(false); // it would send the token on
      request.setConnectTimeout(CONNECT_MILLIS);
      request.setReadTimeout(ANSWER_MILLIS);
      if (!token.isEmpty()) {
        request.setRequestProperty("Authorization", "Bearer " + token);
      }
      int status = request.getResponseCode();
      if (status != HttpURLConnection.HTTP_OK) {
        throw new IOException(refusal(status, read(request.getErrorStream())));
      }
      PrintWriter out = spec.commandLine().getOut();
      out.print(plain(read(request.getInputStream())));
      if (json) {
        out.println();
      }
      out.flush();
      return ExitCode.GOOD;
    } catch (ConnectException | UnknownHostException | SocketTimeoutException e) {
      throw new IOException(
          "no daemon answers at "
              + url
              + " ("
              + e.getMessage()
              + "): start one with nodeflame run, or say with --url where its server.listen is",
          e);
    } finally {
      request.disconnect();
    }
  }

  private URI address() {
    boolean isPid = !subject.isEmpty() && subject.chars().allMatch(c -> c >= '0' && c <= '9');
    int slash = subject.indexOf('/');
    boolean isPod =
        slash > 0 && slash < subject.length() - 1 && subject.indexOf('/', slash + 1) < 0;
    if (!isPid && !isPod) {
      throw wrong(subject + ": neither a pid nor NAMESPACE/POD");
    }
    if (url.getHost() == null
        || !("http".equals(url.getScheme()) || "https".equals(url.getScheme()))) {
      throw wrong("--url " + url + ": http://HOST:PORT or https://HOST:PORT");
    }
    String base = url.toString();
    return URI.create(
        (base.endsWith("/") ? base.substring(0, base.length() - 1) : base)
            + "/api/v1/explain?"
            + (isPid ? "pid=" : "pod=")
            + URLEncoder.encode(subject, StandardCharsets.UTF_8)
            + (json ? "" : "&format=text"));
  }

  private ParameterException wrong(String what) {
    return new ParameterException(spec.commandLine(), what);
  }

  private static String token(Path file) throws IOException {
    byte[] bytes = RegularFile.read(file, MAX_TOKEN_BYTES);
    return new String(bytes, StandardCharsets.UTF_8).strip();
  }

  private String refusal(int status, String body) {
    return switch (status) {
      case 401 -> "the daemon at " + url + " asks for a token: name it with --token-file";
      case 403 ->
          "the daemon at "
              + url
              + " explains to its own machine only: ask there, or set server.tokenFile";
      case 400, 404, 429, 503 -> message(body).orElse("the daemon answers " + status);
      default -> "the daemon at " + url + " answers " + status + ": is it a nodeflame?";
    };
  }

  /** Of {@code {"code":"...","message":"..."}}; our own server writes it, without escapes. */
  private static Optional<String> message(String body) {
    String key = "\"message\":\"";
    int start = body.indexOf(key);
    int end = body.indexOf('"', start + key.length());
    return start < 0 || end < 0
        ? Optional.empty()
        : Optional.of(plain(body.substring(start + key.length(), end)));
  }

  private static String read(@Nullable InputStream in) throws IOException {
    if (in == null) {
      return "";
    }
    try (in) {
      return new String(in.readNBytes(MAX_ANSWER_BYTES), StandardCharsets.UTF_8);
    }
  }

  /** Whoever answers, nothing of it may steer the terminal. */
  private static String plain(String text) {
    StringBuilder plain = new StringBuilder(text.length());
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      boolean isUnsafe = Character.isISOControl(c) && c != '\n';
      plain.append(isUnsafe ? '_' : c);
    }
    return plain.toString();
  }
}
