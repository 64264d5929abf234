package io.nodeflame.collector.doctor;

import io.nodeflame.collector.config.BasicAuthConfig;
import io.nodeflame.collector.config.EndpointConfig;
import io.nodeflame.collector.config.Secret;
import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.security.GeneralSecurityException;
import java.util.Base64;
import java.util.Map;
import javax.net.ssl.HttpsURLConnection;
import javax.net.ssl.SSLException;

/** An endpoint is there, and says that it is ready. */
final class EndpointCheck implements Check {
  private final EndpointConfig endpoint;
  private final String name;

  EndpointCheck(EndpointConfig endpoint) {
    this.endpoint = endpoint;
    this.name = "endpoint " + endpoint.name();
  }

  @Override
  public CheckResult run() {
    URI url = endpoint.url();
    try {
      connect(url);
      return judge(url, status(url));
    } catch (UnknownHostException e) {
      return failed(
          "host " + url.getHost() + " has no address", "correct the url, or the node's DNS");
    } catch (SocketTimeoutException e) {
      return failed(
          url + " does not answer within " + endpoint.timeout().toMillis() + " ms",
          "let a network policy or firewall pass, or raise timeout");
    } catch (SSLException e) {
      return failed(
          url + " does not agree on TLS: " + e.getMessage(),
          "correct tls.caFile or the certificate");
    } catch (FileSystemException e) {
      return failed("file " + e.getFile() + " cannot be read", "mount it, or correct its path");
    } catch (IOException e) {
      return failed(
          url + " cannot be used: " + e.getMessage(), "start the server, or correct the url");
    } catch (GeneralSecurityException e) {
      return failed("tls.caFile cannot be used: " + e.getMessage(), "give a PEM file");
    }
  }

  private void connect(URI url) throws IOException {
    int port = url.getPort() >= 0 ? url.getPort() : url.getScheme().equals("https") ? 443 : 80;
    try (Socket socket = new Socket()) {
      String host = url.getHost();
      String bare = host.startsWith("[") ? host.substring(1, host.length() - 1) : host;
      InetSocketAddress address = new InetSocketAddress(bare, port);
      if (address.isUnresolved()) {
        throw new UnknownHostException(host);
      }
      socket.connect(address, (int) endpoint.timeout().toMillis());
    }
  }

  private int status(URI url) throws IOException, GeneralSecurityException {
    HttpURLConnection request =
        (HttpURLConnection) URI.create(url + "/ready").toURL().openConnection();
    try {
      if (request instanceof HttpsURLConnection https) {
        EndpointTrust.apply(endpoint.tls(), https);
      }
      request.setInstanceFollowRedirects(false); // it would send the credentials on
      request.setConnectTimeout((int) endpoint.timeout().toMillis());
      request.setReadTimeout((int) endpoint.timeout().toMillis());
      setHeaders(request);
      return request.getResponseCode();
    } finally {
      request.disconnect();
    }
  }

  private void setHeaders(HttpURLConnection request) throws IOException {
    for (Map.Entry<String, Secret> header : endpoint.headers().entrySet()) {
      request.setRequestProperty(header.getKey(), header.getValue().reveal());
    }
    if (!endpoint.tenant().id().isEmpty()) {
      request.setRequestProperty("X-Scope-OrgID", endpoint.tenant().id());
    }
    BasicAuthConfig basic = endpoint.basicAuth();
    if (!basic.username().isEmpty()) {
      byte[] pair =
          (basic.username() + ":" + basic.password().reveal()).getBytes(StandardCharsets.UTF_8);
      request.setRequestProperty(
          "Authorization", "Basic " + Base64.getEncoder().encodeToString(pair));
    } else if (endpoint.bearerToken().isSet()) {
      request.setRequestProperty("Authorization", "Bearer " + endpoint.bearerToken().reveal());
    }
  }

  private CheckResult judge(URI url, int status) {
    String answer = url + "/ready answers " + status;
    return switch (status) {
      case 200 -> CheckResult.ok(name, answer);
      case 401, 403 ->
          failed(answer + ": the credentials are refused", "correct basicAuth or the bearer token");
      case 404 ->
          CheckResult.warning(
              name, answer + ": a gateway, or not a Pyroscope", "make sure that the url is right");
      default -> CheckResult.warning(name, answer + ": not ready", "look at the server's log");
    };
  }

  private CheckResult failed(String what, String fix) {
    return CheckResult.failed(name, what, fix);
  }
}
