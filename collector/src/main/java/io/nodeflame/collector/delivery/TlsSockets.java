package io.nodeflame.collector.delivery;

import java.io.IOException;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLSocketFactory;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedTrustManager;
import org.jspecify.annotations.Nullable;

/** Makes the sockets of an https endpoint, anew when a certificate file was replaced. */
final class TlsSockets {
  private final TlsSettings settings;
  private @Nullable SSLSocketFactory factory;
  private List<FileTime> fileTimes = List.of();

  TlsSockets(TlsSettings settings) {
    this.settings = settings;
  }

  synchronized SSLSocketFactory factory() throws IOException {
    List<FileTime> now = fileTimes();
    SSLSocketFactory current = factory;
    if (current == null || !now.equals(fileTimes)) {
      try {
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(keyManagers(), trustManagers(), null);
        current = context.getSocketFactory();
      } catch (GeneralSecurityException e) {
        throw new IOException("TLS files: " + e.getMessage(), e);
      }
      factory = current;
      fileTimes = now;
    }
    return current;
  }

  private List<FileTime> fileTimes() throws IOException {
    List<FileTime> times = new ArrayList<>(3);
    for (Path file : List.of(settings.caFile(), settings.certFile(), settings.keyFile())) {
      if (!file.equals(TlsSettings.NO_FILE)) {
        times.add(Files.getLastModifiedTime(file));
      }
    }
    return times;
  }

  private KeyManager @Nullable [] keyManagers() throws IOException, GeneralSecurityException {
    if (settings.keyFile().equals(TlsSettings.NO_FILE)) {
      return null;
    }
    KeyStore store = emptyStore();
    store.setKeyEntry(
        "client",
        PemFile.privateKey(settings.keyFile()),
        new char[0],
        PemFile.certificates(settings.certFile()));
    KeyManagerFactory managers = KeyManagerFactory.getInstance("PKIX");
    managers.init(store, new char[0]);
    return managers.getKeyManagers();
  }

  private TrustManager @Nullable [] trustManagers() throws IOException, GeneralSecurityException {
    if (settings.insecureSkipVerify()) {
      return new TrustManager[] {new TrustAll()};
    }
    if (settings.caFile().equals(TlsSettings.NO_FILE)) {
      return null;
    }
    KeyStore store = emptyStore();
    int count = 0;
    for (Certificate certificate : PemFile.certificates(settings.caFile())) {
      store.setCertificateEntry("ca" + count++, certificate);
    }
    TrustManagerFactory managers = TrustManagerFactory.getInstance("PKIX");
    managers.init(store);
    return managers.getTrustManagers();
  }

  private static KeyStore emptyStore() throws IOException, GeneralSecurityException {
    KeyStore store = KeyStore.getInstance("PKCS12");
    store.load(null, null);
    return store;
  }

  /** What {@code insecureSkipVerify} asks for: no check of certificates or host names. */
  private static final class TrustAll extends X509ExtendedTrustManager {
    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type) {}

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type, Socket socket) {}

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine engine) {}

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type) {}

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type, Socket socket) {}

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine) {}

    @Override
    public X509Certificate[] getAcceptedIssuers() {
      return new X509Certificate[0];
    }
  }
}
