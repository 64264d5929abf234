import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.Base64;

/**
 * Run from its source by `dist`: plays a Kubernetes API server with one pod and one namespace, so
 * that the class archive holds what the daemon loads in a cluster. Writes a kubeconfig for itself
 * into the file that its argument names, and serves until it is killed.
 */
public final class TrainingApiServer {
  private static final String ACCEPT_SUFFIX = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"; // RFC 6455
  private static final String POD =
      "{'kind':'Pod','apiVersion':'v1','metadata':{'uid':'117ec485-a703-43c9-afe9-3e1a42bccb98',"
          + "'namespace':'shop','name':'web-5d4f8b7c9d-x2x4z','resourceVersion':'5',"
          + "'creationTimestamp':'2026-01-01T00:00:00Z','labels':{'app':'web'},"
          + "'annotations':{'nodeflame.io/profile':'true'},'ownerReferences':[{'apiVersion':"
          + "'apps/v1','kind':'ReplicaSet','name':'web-5d4f8b7c9d','uid':'u','controller':true}]},"
          + "'spec':{'nodeName':'training','containers':[{'name':'main','image':'web:1'}]},"
          + "'status':{'phase':'Running','podIP':'10.0.0.7','conditions':[{'type':'Ready',"
          + "'status':'True'}],'containerStatuses':[{'name':'main','containerID':"
          + "'containerd://abababababababababababababababababababababababababababababababab'}]}}";
  private static final String NAMESPACE =
      "{'kind':'Namespace','apiVersion':'v1','metadata':{'uid':'n','name':'shop',"
          + "'resourceVersion':'3','labels':{'team':'a'}}}";

  public static void main(String[] arguments) throws IOException {
    try (ServerSocket server = new ServerSocket(0, 16, InetAddress.getLoopbackAddress())) {
      Files.writeString(
          Path.of(arguments[0]),
          "apiVersion: v1\nkind: Config\ncurrent-context: c\n"
              + "contexts: [{name: c, context: {cluster: k, user: u}}]\n"
              + "clusters: [{name: k, cluster: {server: 'http://127.0.0.1:"
              + server.getLocalPort()
              + "'}}]\nusers: [{name: u, user: {token: t}}]\n");
      while (true) {
        Socket socket = server.accept();
        Thread thread = new Thread(() -> serve(socket));
        thread.setDaemon(true);
        thread.start();
      }
    }
  }

  private static void serve(Socket socket) {
    try (socket) {
      BufferedReader in =
          new BufferedReader(
              new InputStreamReader(socket.getInputStream(), StandardCharsets.US_ASCII));
      OutputStream out = socket.getOutputStream();
      for (String request = in.readLine(); request != null; request = in.readLine()) {
        String key = "";
        String header = in.readLine();
        for (; header != null && !header.isEmpty(); header = in.readLine()) {
          if (header.toLowerCase().startsWith("sec-websocket-key:")) {
            key = header.substring(header.indexOf(':') + 1).strip();
          }
        }
        String object = (request.contains("/namespaces") ? NAMESPACE : POD).replace('\'', '"');
        if (!key.isEmpty()) {
          watch(out, key, object);
          while (in.read() >= 0) {} // until the client goes
          return;
        }
        String kind = object.substring(9, object.indexOf('"', 9));
        byte[] body =
            ("{\"kind\":\"" + kind + "List\",\"apiVersion\":\"v1\",\"metadata\":"
                    + "{\"resourceVersion\":\"9\"},\"items\":[" + object + "]}")
                .getBytes(StandardCharsets.UTF_8);
        out.write(
            ("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: "
                    + body.length + "\r\n\r\n")
                .getBytes(StandardCharsets.US_ASCII));
        out.write(body);
        out.flush();
      }
    } catch (Exception e) {
      System.err.println("training: " + e);
    }
  }

  private static void watch(OutputStream out, String key, String object) throws Exception {
    byte[] digest =
        MessageDigest.getInstance("SHA-1")
            .digest((key + ACCEPT_SUFFIX).getBytes(StandardCharsets.US_ASCII));
    out.write(
        ("HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                + "Sec-WebSocket-Accept: " + Base64.getEncoder().encodeToString(digest) + "\r\n\r\n")
            .getBytes(StandardCharsets.US_ASCII));
    byte[] event =
        ("{\"type\":\"MODIFIED\",\"object\":" + object + "}").getBytes(StandardCharsets.UTF_8);
    out.write(new byte[] {(byte) 0x81, 126, (byte) (event.length >> 8), (byte) event.length});
    out.write(event);
    out.flush();
  }
}
