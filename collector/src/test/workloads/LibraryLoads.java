import io.grpc.CallOptions;
import io.grpc.ManagedChannel;
import io.grpc.MethodDescriptor;
import io.grpc.Server;
import io.grpc.ServerServiceDefinition;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.ServerCalls;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.Statement;
import java.util.Random;

/** Loads of whole libraries, to be run as those of {@code JavaLoads}. */
public final class LibraryLoads {
  private static volatile long sink;

  private LibraryLoads() {}

  public static void main(String[] args) throws Exception {
    switch (args[0]) {
      case "database" -> {
        openDatabase();
        JavaLoads.run(LibraryLoads::database, Long.parseLong(args[1]));
      }
      case "server" -> {
        openServer();
        JavaLoads.run(LibraryLoads::server, Long.parseLong(args[1]));
        channel.shutdownNow();
        server.shutdownNow();
      }
      default -> throw new IllegalArgumentException(args[0]);
    }
  }

  private static Connection connection;

  private static void openDatabase() throws Exception {
    connection = DriverManager.getConnection("jdbc:h2:mem:load");
    try (Statement statement = connection.createStatement()) {
      statement.execute("CREATE TABLE account(id INT PRIMARY KEY, owner VARCHAR, cents BIGINT)");
      statement.execute("CREATE INDEX by_owner ON account(owner)");
    }
    try (PreparedStatement insert =
        connection.prepareStatement("INSERT INTO account VALUES (?, ?, ?)")) {
      for (int i = 0; i < 2000; i++) {
        insert.setInt(1, i);
        insert.setString(2, "owner-" + i % 100);
        insert.setLong(3, 1000);
        insert.executeUpdate();
      }
    }
    connection.setAutoCommit(false);
  }

  /** Transfers between accounts, and a report by owner, with SQL of its own each time. */
  static void database() throws Exception {
    Random random = new Random(sink);
    try (PreparedStatement move =
        connection.prepareStatement("UPDATE account SET cents = cents + ? WHERE id = ?")) {
      for (int i = 0; i < 50; i++) {
        long cents = random.nextInt(100);
        move.setLong(1, -cents);
        move.setInt(2, random.nextInt(2000));
        move.executeUpdate();
        move.setLong(1, cents);
        move.setInt(2, random.nextInt(2000));
        move.executeUpdate();
        connection.commit();
      }
    }
    String report =
        "SELECT owner, SUM(cents) total FROM account WHERE owner < 'owner-"
            + random.nextInt(100)
            + "' GROUP BY owner ORDER BY total DESC";
    try (Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(report)) {
      while (rows.next()) {
        sink += rows.getLong(2);
      }
    }
  }

  private static Server server;
  private static ManagedChannel channel;

  private static final MethodDescriptor.Marshaller<byte[]> BYTES =
      new MethodDescriptor.Marshaller<>() {
        @Override
        public InputStream stream(byte[] value) {
          return new ByteArrayInputStream(value);
        }

        @Override
        public byte[] parse(InputStream stream) {
          try {
            return stream.readAllBytes();
          } catch (IOException e) {
            throw new IllegalStateException(e);
          }
        }
      };

  private static final MethodDescriptor<byte[], byte[]> ANSWER =
      MethodDescriptor.newBuilder(BYTES, BYTES)
          .setType(MethodDescriptor.MethodType.UNARY)
          .setFullMethodName("load.Service/Answer")
          .build();

  static byte[] answer(byte[] request) {
    byte[] answer = new byte[request.length];
    for (int i = 0; i < answer.length; i++) {
      answer[i] = (byte) JavaLoads.spin(request[i]);
    }
    return answer;
  }

  private static void openServer() throws IOException {
    server =
        NettyServerBuilder.forAddress(new InetSocketAddress("127.0.0.1", 0))
            .addService(
                ServerServiceDefinition.builder("load.Service")
                    .addMethod(
                        ANSWER,
                        ServerCalls.asyncUnaryCall(
                            (request, observer) -> {
                              observer.onNext(answer(request));
                              observer.onCompleted();
                            }))
                    .build())
            .build()
            .start();
    channel =
        NettyChannelBuilder.forAddress("127.0.0.1", server.getPort()).usePlaintext().build();
  }

  /** Calls a server of this process over loopback. */
  static void server() {
    for (int i = 0; i < 100; i++) {
      byte[] answer =
          ClientCalls.blockingUnaryCall(channel, ANSWER, CallOptions.DEFAULT, new byte[200]);
      sink += answer.length;
    }
  }
}
