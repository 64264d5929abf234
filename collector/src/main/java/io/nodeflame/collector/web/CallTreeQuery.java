package io.nodeflame.collector.web;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.nodeflame.collector.store.CallTree;
import io.nodeflame.collector.store.ProfileQueries;
import io.nodeflame.collector.store.Selector;
import io.nodeflame.collector.store.TimeRange;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.TimeoutException;

/**
 * Our own query: a call tree with the kind of each frame, which Pyroscope's flame graph has no
 * place for, and with the values of an earlier time beside it when asked.
 *
 * <p>Request: {@code {"profileTypeID", "labelSelector", "start", "end", "maxNodes", "baseline":
 * {"start", "end"}}}, times in milliseconds. Answer: {@code {"profiles", "covered": [[start, end]],
 * "tree"}}, where {@code covered} is {@link ProfileQueries#covered}.
 */
final class CallTreeQuery {
  private static final JsonFactory JSON = new JsonFactory();

  private final ProfileQueries queries;

  CallTreeQuery(ProfileQueries queries) {
    this.queries = queries;
  }

  Reply answer(byte[] body) throws RefusedException, IOException, TimeoutException {
    Request asked = new Request();
    try (JsonParser json = JSON.createParser(body)) {
      if (json.nextToken() != JsonToken.START_OBJECT) {
        throw RefusedException.invalid("the body is not a JSON object");
      }
      asked.read(json);
    } catch (IOException e) {
      throw RefusedException.invalid("the body is not the JSON of this query");
    }
    String type = QueryBounds.type(asked.type);
    Selector selector = QueryBounds.selector(asked.selector);
    TimeRange range = QueryBounds.range(asked.start, asked.end);
    int nodes = QueryBounds.nodes(asked.maxNodes, QueryBounds.DEFAULT_NODES);
    CallTree tree = new CallTree(QueryBounds.MERGE_NODES, asked.compared ? 2 : 1);
    int profiles;
    List<TimeRange> covered;
    try {
      covered = queries.covered(type, range, QueryBounds.TIME_LIMIT);
      profiles = queries.merge(type, selector, range, tree, 0, QueryBounds.TIME_LIMIT);
      if (asked.compared) {
        TimeRange before = QueryBounds.range(asked.baseStart, asked.baseEnd);
        queries.merge(type, selector, before, tree, 1, QueryBounds.TIME_LIMIT);
      }
    } catch (IllegalArgumentException e) {
      throw RefusedException.invalid(String.valueOf(e.getMessage()));
    }
    tree.sumUp();
    CallTree pruned = tree.pruned(nodes);
    return Reply.json(
        200,
        json -> {
          json.writeStartObject();
          json.writeNumberField("profiles", profiles);
          json.writeArrayFieldStart("covered");
          for (TimeRange part : covered) {
            json.writeStartArray();
            json.writeNumber(part.fromMillis());
            json.writeNumber(part.untilMillis());
            json.writeEndArray();
          }
          json.writeEndArray();
          json.writeFieldName("tree");
          CallTreeJson.write(json, pruned);
          json.writeEndObject();
        });
  }

  private static final class Request {
    private String type = "";
    private String selector = "";
    private long start;
    private long end;
    private long maxNodes;
    private boolean compared;
    private long baseStart;
    private long baseEnd;

    void read(JsonParser json) throws IOException {
      while (json.nextToken() == JsonToken.FIELD_NAME) {
        String name = json.currentName();
        json.nextToken();
        switch (name) {
          case "profileTypeID" -> type = text(json);
          case "labelSelector" -> selector = text(json);
          case "start" -> start = number(json);
          case "end" -> end = number(json);
          case "maxNodes" -> maxNodes = number(json);
          case "baseline" -> readBaseline(json);
          default -> json.skipChildren();
        }
      }
    }

    private void readBaseline(JsonParser json) throws IOException {
      if (json.currentToken() != JsonToken.START_OBJECT) {
        throw new IOException("baseline");
      }
      compared = true;
      while (json.nextToken() == JsonToken.FIELD_NAME) {
        String name = json.currentName();
        json.nextToken();
        switch (name) {
          case "start" -> baseStart = number(json);
          case "end" -> baseEnd = number(json);
          default -> json.skipChildren();
        }
      }
    }

    private static String text(JsonParser json) throws IOException {
      if (json.currentToken() != JsonToken.VALUE_STRING) {
        throw new IOException("a text is expected");
      }
      return json.getText();
    }

    /** Also as a string, like Pyroscope's. */
    private static long number(JsonParser json) throws IOException {
      try {
        return Long.parseLong(json.getText());
      } catch (NumberFormatException e) {
        throw new IOException("a whole number is expected", e);
      }
    }
  }
}
