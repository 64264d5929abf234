package io.nodeflame.collector.web;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import com.sun.net.httpserver.HttpExchange;
import io.nodeflame.collector.store.ProfileQueries;
import java.io.IOException;
import java.util.Locale;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The query API over HTTP: Connect's unary calls in JSON or protobuf. One query runs at a time and
 * few wait, so that queries can take neither all threads nor much memory.
 */
final class QueryApi {
  static final String PATH = "/querier.v1.QuerierService/";
  static final String CALL_TREE = "/api/v1/calltree";

  private static final Logger log = LoggerFactory.getLogger(QueryApi.class);
  private static final String PROTO = "application/proto";
  private static final int MAX_WAITING = 3;
  private static final int WAIT_SECONDS = 15;

  private final QuerierService querier;
  private final CallTreeQuery callTree;
  private final Semaphore running = new Semaphore(1, true);
  private final AtomicInteger present = new AtomicInteger();

  QueryApi(ProfileQueries queries) {
    querier = new QuerierService(queries);
    callTree = new CallTreeQuery(queries);
  }

  /** Reads the whole request; the answer to it needs the client no more. */
  Answer read(HttpExchange exchange, String path) throws IOException, RefusedException {
    if (!exchange.getRequestMethod().equals("POST")) {
      return () -> new Reply(405, Reply.TEXT, new byte[0], "Allow", "POST");
    }
    boolean isTree = path.equals(CALL_TREE);
    String type = contentType(exchange);
    if (!type.equals(Reply.JSON) && (isTree || !type.equals(PROTO))) {
      String accepted = isTree ? Reply.JSON : PROTO + ", " + Reply.JSON;
      return () -> new Reply(415, Reply.TEXT, new byte[0], "Accept-Post", accepted);
    }
    byte[] body = RequestBody.read(exchange);
    return isTree
        ? () -> alone(() -> callTree.answer(body))
        : () -> answer(path.substring(PATH.length()), type, body);
  }

  private Reply answer(String method, String type, byte[] body)
      throws IOException, RefusedException {
    Message.Builder request = QuerierService.request(method);
    if (type.equals(PROTO)) {
      try {
        request.mergeFrom(body);
      } catch (InvalidProtocolBufferException e) {
        throw RefusedException.invalid("the body is not this protobuf message");
      }
      byte[] answer = alone(() -> querier.answer(request.build())).toByteArray();
      return new Reply(200, PROTO, answer);
    }
    ProtoJson.read(body, request);
    Message answer = alone(() -> querier.answer(request.build()));
    return Reply.json(200, json -> ProtoJson.write(json, answer));
  }

  private static String contentType(HttpExchange exchange) {
    String header = exchange.getRequestHeaders().getFirst("Content-Type");
    if (header == null) {
      return "";
    }
    int semicolon = header.indexOf(';');
    String type = semicolon < 0 ? header : header.substring(0, semicolon);
    return type.trim().toLowerCase(Locale.ROOT);
  }

  private interface Query<T> {
    T answer() throws RefusedException, IOException, TimeoutException;
  }

  private <T> T alone(Query<T> query) throws RefusedException {
    boolean mine = false;
    try {
      if (present.incrementAndGet() > MAX_WAITING) {
        throw new RefusedException(ConnectCode.RESOURCE_EXHAUSTED, "too many queries at once");
      }
      mine = running.tryAcquire(WAIT_SECONDS, TimeUnit.SECONDS);
      if (!mine) {
        throw new RefusedException(ConnectCode.RESOURCE_EXHAUSTED, "another query takes too long");
      }
      return query.answer();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new RefusedException(ConnectCode.UNAVAILABLE, "the daemon is stopping");
    } catch (TimeoutException e) {
      throw new RefusedException(ConnectCode.DEADLINE_EXCEEDED, String.valueOf(e.getMessage()));
    } catch (IOException e) {
      log.warn("query: {}", e.getMessage());
      throw new RefusedException(ConnectCode.UNAVAILABLE, String.valueOf(e.getMessage()));
    } finally {
      if (mine) {
        running.release();
      }
      present.decrementAndGet();
    }
  }
}
