package io.nodeflame.collector.web;

import static io.nodeflame.collector.web.TestServer.CPU;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nodeflame.collector.proto.pprof.Profile;
import io.nodeflame.collector.proto.pprof.Sample;
import io.nodeflame.collector.proto.querier.DiffRequest;
import io.nodeflame.collector.proto.querier.DiffResponse;
import io.nodeflame.collector.proto.querier.FlameGraph;
import io.nodeflame.collector.proto.querier.FlameGraphDiff;
import io.nodeflame.collector.proto.querier.Level;
import io.nodeflame.collector.proto.querier.ProfileFormat;
import io.nodeflame.collector.proto.querier.ProfileTypesRequest;
import io.nodeflame.collector.proto.querier.ProfileTypesResponse;
import io.nodeflame.collector.proto.querier.SelectMergeProfileRequest;
import io.nodeflame.collector.proto.querier.SelectMergeStacktracesRequest;
import io.nodeflame.collector.proto.querier.SelectMergeStacktracesResponse;
import io.nodeflame.collector.proto.querier.SelectSeriesRequest;
import io.nodeflame.collector.proto.querier.SelectSeriesResponse;
import io.nodeflame.collector.proto.types.LabelNamesRequest;
import io.nodeflame.collector.proto.types.LabelNamesResponse;
import io.nodeflame.collector.store.PprofFixture;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class QueryApiTest {
  private static final Instant START = Instant.parse("2026-03-01T12:00:00Z");
  private static final long FROM = START.toEpochMilli();
  private static final long UNTIL = FROM + 40_000;

  @TempDir Path dir;
  private TestServer server;

  @BeforeEach
  void start() throws Exception {
    server = new TestServer(dir, START, "");
    server.fill();
  }

  @AfterEach
  void stop() {
    server.close();
  }

  private static SelectMergeStacktracesRequest.Builder select(String selector) {
    return SelectMergeStacktracesRequest.newBuilder()
        .setProfileTypeID(CPU)
        .setLabelSelector(selector)
        .setStart(FROM)
        .setEnd(UNTIL);
  }

  private static String text(HttpResponse<byte[]> response) {
    return new String(response.body(), StandardCharsets.UTF_8);
  }

  /** Path to own value, decoded from levels as a client does. */
  private static Map<String, Long> decode(FlameGraph graph) {
    Map<String, Long> result = new TreeMap<>();
    List<long[]> above = List.of();
    List<String> pathsAbove = List.of();
    for (Level level : graph.getLevelsList()) {
      List<long[]> bars = new java.util.ArrayList<>();
      List<String> paths = new java.util.ArrayList<>();
      long x = 0;
      for (int i = 0; i < level.getValuesCount(); i += 4) {
        x += level.getValues(i);
        long end = x + level.getValues(i + 1);
        String path = graph.getNames((int) level.getValues(i + 3));
        for (int p = 0; p < above.size(); p++) {
          if (above.get(p)[0] <= x && end <= above.get(p)[1]) {
            path = pathsAbove.get(p) + ";" + path;
          }
        }
        bars.add(new long[] {x, end});
        paths.add(path);
        if (level.getValues(i + 2) > 0) {
          result.merge(path, level.getValues(i + 2), Long::sum);
        }
        x = end;
      }
      above = bars;
      pathsAbove = paths;
    }
    return result;
  }

  @Test
  void flameGraphHoldsTheMergedStacks() throws Exception {
    FlameGraph graph =
        server
            .proto(
                "SelectMergeStacktraces",
                select("{service_name=\"checkout\"}").build(),
                SelectMergeStacktracesResponse.getDefaultInstance())
            .getFlamegraph();
    assertEquals("total", graph.getNames(0));
    assertEquals(18_000_000_000L, graph.getTotal());
    assertEquals(10_000_000_000L, graph.getMaxSelf());
    assertEquals(
        Map.of(
            "total;main;serve;parse_request", 6_000_000_000L,
            "total;main;serve;hash;compute", 10_000_000_000L,
            "total;main;serve;tcp_sendmsg", 2_000_000_000L),
        decode(graph));
  }

  @Test
  void maxNodesCutsToOther() throws Exception {
    FlameGraph graph =
        server
            .proto(
                "SelectMergeStacktraces",
                select("{}").setMaxNodes(4).build(),
                SelectMergeStacktracesResponse.getDefaultInstance())
            .getFlamegraph();
    assertEquals(22_000_000_000L, graph.getTotal());
    assertTrue(graph.getNamesList().contains("other"), graph.getNamesList().toString());
    assertEquals(22_000_000_000L, decode(graph).values().stream().mapToLong(Long::longValue).sum());
  }

  @Test
  void pprofHoldsTheMergedStacks() throws Exception {
    SelectMergeStacktracesResponse response =
        server.proto(
            "SelectMergeStacktraces",
            select("{}").setFormat(ProfileFormat.PROFILE_FORMAT_PPROF).build(),
            SelectMergeStacktracesResponse.getDefaultInstance());
    Profile profile = response.getPprof().getProfile();
    long sum = 0;
    for (Sample sample : profile.getSampleList()) {
      sum += sample.getValue(0);
      for (long id : sample.getLocationIdList()) {
        assertEquals(id, profile.getLocation((int) id - 1).getId());
      }
    }
    assertEquals(22_000_000_000L, sum);
    Profile deprecated =
        server.proto(
            "SelectMergeProfile",
            SelectMergeProfileRequest.newBuilder()
                .setProfileTypeID(CPU)
                .setLabelSelector("{}")
                .setStart(FROM)
                .setEnd(UNTIL)
                .build(),
            Profile.getDefaultInstance());
    assertEquals(profile, deprecated);
  }

  @Test
  void diffHasBothSides() throws Exception {
    FlameGraphDiff diff =
        server
            .proto(
                "Diff",
                DiffRequest.newBuilder()
                    .setLeft(select("{service_name=\"batch\"}"))
                    .setRight(select("{}").setEnd(FROM + 20_000))
                    .build(),
                DiffResponse.getDefaultInstance())
            .getFlamegraph();
    assertEquals(4_000_000_000L, diff.getLeftTicks());
    assertEquals(11_000_000_000L, diff.getRightTicks());
    assertEquals(15_000_000_000L, diff.getTotal());
    assertEquals(
        List.of(0L, 4_000_000_000L, 0L, 0L, 11_000_000_000L, 0L, 0L),
        diff.getLevels(0).getValuesList());
    assertEquals(14, diff.getLevels(1).getValuesCount());
  }

  @Test
  void typesNamesAndSeriesInProto() throws Exception {
    ProfileTypesResponse types =
        server.proto(
            "ProfileTypes",
            ProfileTypesRequest.newBuilder().setStart(FROM).setEnd(UNTIL).build(),
            ProfileTypesResponse.getDefaultInstance());
    assertEquals(CPU, types.getProfileTypes(0).getID());
    assertEquals("nanoseconds", types.getProfileTypes(0).getSampleUnit());
    LabelNamesResponse names =
        server.proto(
            "LabelNames",
            LabelNamesRequest.newBuilder().addMatchers("{service_name=\"checkout\"}").build(),
            LabelNamesResponse.getDefaultInstance());
    assertTrue(names.getNamesList().containsAll(List.of("pod", "service_name")));
    SelectSeriesResponse series =
        server.proto(
            "SelectSeries",
            SelectSeriesRequest.newBuilder()
                .setProfileTypeID(CPU)
                .setLabelSelector("{}")
                .setStart(FROM)
                .setEnd(FROM + 45_000)
                .addGroupBy("service_name")
                .setStep(15)
                .build(),
            SelectSeriesResponse.getDefaultInstance());
    assertEquals(2, series.getSeriesCount());
    assertEquals("checkout", series.getSeries(0).getLabels(0).getValue());
    assertEquals(9e9, series.getSeries(0).getPoints(0).getValue());
    assertEquals(2, series.getSeries(0).getPointsCount());
    assertEquals(FROM + 15_000, series.getSeries(0).getPoints(0).getTimestamp());
  }

  @Test
  void jsonUsesCamelCaseAndStringsForLongs() throws Exception {
    String range = "\"start\":\"" + FROM + "\",\"end\":" + UNTIL;
    assertEquals(
        "{\"names\":[\"batch\",\"checkout\"]}",
        text(server.json("LabelValues", "{\"name\":\"service_name\"," + range + "}")));
    assertEquals(
        "{\"profileTypes\":[{\"ID\":\""
            + CPU
            + "\",\"name\":\"process_cpu\",\"sampleType\":\"cpu\",\"sampleUnit\":\"nanoseconds\","
            + "\"periodType\":\"cpu\",\"periodUnit\":\"nanoseconds\"}]}",
        text(server.json("ProfileTypes", "{" + range + "}")));
    assertEquals(
        "{\"labelsSet\":[{\"labels\":[{\"name\":\"pod\",\"value\":\"checkout-1\"}]}]}",
        text(server.json("Series", "{\"labelNames\":[\"pod\"]," + range + "}")));
    String graph =
        text(
            server.json(
                "SelectMergeStacktraces",
                "{\"profileTypeID\":\"" + CPU + "\",\"labelSelector\":\"{}\"," + range + "}"));
    assertTrue(graph.contains("\"total\":\"22000000000\""), graph);
    assertTrue(graph.contains("\"maxSelf\":\"10000000000\""), graph);
    String series =
        text(
            server.json(
                "SelectSeries",
                "{\"profileTypeID\":\""
                    + CPU
                    + "\",\"labelSelector\":\"{service_name=\\\"batch\\\"}\",\"groupBy\":[],\"step\":40,"
                    + range
                    + "}"));
    assertTrue(series.contains("\"value\":4.0E9"), series);
    assertEquals("{}", text(server.json("LabelNames", "{\"start\":\"1\",\"end\":\"2\"}")));
  }

  @Test
  void callTreeCarriesKinds() throws Exception {
    String body =
        "{\"profileTypeID\":\""
            + CPU
            + "\",\"labelSelector\":\"{service_name=\\\"batch\\\"}\",\"start\":"
            + FROM
            + ",\"end\":"
            + UNTIL
            + ",\"baseline\":{\"start\":"
            + FROM
            + ",\"end\":"
            + (FROM + 20_000)
            + "}}";
    assertEquals(
        "{\"profiles\":2,\"covered\":[["
            + FROM
            + ","
            + (FROM + 30_000)
            + "]],\"tree\":{\"name\":\"total\",\"kind\":\"\",\"value\":4000000000,\"base\":2000000000,"
            + "\"children\":[{\"name\":\"start\",\"kind\":\"native\",\"value\":4000000000,\"base\":2000000000,"
            + "\"children\":[{\"name\":\"run_interpreter\",\"kind\":\"jit\",\"value\":4000000000,"
            + "\"self\":4000000000,\"base\":2000000000}]}]}}",
        text(
            server.post(
                "/api/v1/calltree", "application/json", body.getBytes(StandardCharsets.UTF_8))));
  }

  @Test
  void callTreeSaysWhatWasCutOff() throws Exception {
    String body =
        "{\"profileTypeID\":\"%s\",\"labelSelector\":\"{}\",\"start\":%d,\"end\":%d,\"maxNodes\":4}"
            .formatted(CPU, FROM, UNTIL);
    String answer =
        text(
            server.post(
                "/api/v1/calltree", "application/json", body.getBytes(StandardCharsets.UTF_8)));
    assertTrue(
        answer.contains("{\"name\":\"other\",\"kind\":\"\",\"cut\":2,\"value\":8000000000,"),
        answer);
    assertFalse(answer.contains("tcp_sendmsg"), answer);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          SelectMergeStacktraces | {                                                                  | invalid_argument | 400
          SelectMergeStacktraces | []                                                                 | invalid_argument | 400
          SelectMergeStacktraces | {"labelSelector":"{}","start":1,"end":2}                           | invalid_argument | 400
          SelectMergeStacktraces | {"profileTypeID":"a:b:c:d:e","start":1,"end":2}                    | invalid_argument | 400
          SelectMergeStacktraces | {"profileTypeID":"a:b:c:d:e","labelSelector":"{}","start":3,"end":2} | invalid_argument | 400
          SelectMergeStacktraces | {"profileTypeID":"a:b:c:d:e","labelSelector":"{}"}                 | invalid_argument | 400
          SelectMergeStacktraces | {"profileTypeID":"a:b:c:d:e","labelSelector":"{}","start":1,"end":90000000} | invalid_argument | 400
          SelectMergeStacktraces | {"profileTypeID":"a:b:c:d:e","labelSelector":"{","start":1,"end":2} | invalid_argument | 400
          SelectMergeStacktraces | {"profileTypeID":"a:b:c:d:e","labelSelector":"{}","start":1,"end":2,"maxNodes":2000000} | invalid_argument | 400
          SelectMergeStacktraces | {"profileTypeID":"a:b:c:d:e","labelSelector":"{}","start":1,"end":2,"format":"PROFILE_FORMAT_DOT"} | unimplemented | 501
          SelectMergeStacktraces | {"profileTypeID":"a:b:c:d:e","labelSelector":"{}","start":1,"end":2,"spanSelector":["x"]} | unimplemented | 501
          SelectMergeStacktraces | {"start":"x"}                                                      | invalid_argument | 400
          SelectMergeStacktraces | {"start":[1]}                                                      | invalid_argument | 400
          SelectMergeStacktraces | {"stackTraceSelector":7}                                           | invalid_argument | 400
          LabelNames             | {"matchers":"x"}                                                   | invalid_argument | 400
          LabelValues            | {"start":1,"end":2}                                                | invalid_argument | 400
          SelectSeries           | {"profileTypeID":"a:b:c:d:e","labelSelector":"{}","start":1,"end":2} | invalid_argument | 400
          SelectSeries           | {"profileTypeID":"a:b:c:d:e","labelSelector":"{}","start":1,"end":86400001,"step":1} | invalid_argument | 400
          SelectSeries           | {"profileTypeID":"a:b:c:d:e","labelSelector":"{}","start":1,"end":2,"step":"NaN"} | invalid_argument | 400
          SelectSeries           | {"profileTypeID":"a:b:c:d:e","labelSelector":"{}","start":1,"end":2,"step":1e300} | invalid_argument | 400
          SelectSeries           | {"profileTypeID":"a:b:c:d:e","labelSelector":"{}","start":1,"end":2,"step":9.3e15} | invalid_argument | 400
          SelectMergeSpanProfile | {}                                                                 | unimplemented | 501
          GetProfileStats        | {}                                                                 | unimplemented | 501
          """)
  void wrongQueriesAreRefused(String method, String body, String code, int status)
      throws Exception {
    HttpResponse<byte[]> response = server.json(method, body);
    assertEquals(status, response.statusCode(), text(response));
    assertEquals("application/json", response.headers().firstValue("content-type").orElse(""));
    assertTrue(
        text(response).startsWith("{\"code\":\"" + code + "\",\"message\":\""), text(response));
  }

  @Test
  void unknownFieldsAreSkipped() throws Exception {
    HttpResponse<byte[]> response =
        server.json("LabelNames", "{\"more\":{\"a\":[1,{}]},\"start\":0}");
    assertEquals(200, response.statusCode(), text(response));
  }

  @Test
  void methodAndContentTypeAreChecked() throws Exception {
    String path = "/querier.v1.QuerierService/LabelNames";
    HttpResponse<byte[]> got = server.get(path);
    assertEquals(405, got.statusCode());
    assertEquals("POST", got.headers().firstValue("allow").orElse(""));
    HttpResponse<byte[]> text = server.post(path, "text/plain", new byte[0]);
    assertEquals(415, text.statusCode());
    assertEquals(
        "application/proto, application/json", text.headers().firstValue("accept-post").orElse(""));
    assertEquals(415, server.post(path, "", new byte[0]).statusCode());
    HttpResponse<byte[]> charset =
        server.post(path, "application/json; charset=utf-8", "{}".getBytes(StandardCharsets.UTF_8));
    assertEquals(200, charset.statusCode());
  }

  @Test
  void gzippedRequestsAreReadUpToABound() throws Exception {
    String path = "/querier.v1.QuerierService/LabelNames";
    HttpResponse<byte[]> good =
        server.post(
            path,
            "application/json",
            PprofFixture.gzip("{}".getBytes(StandardCharsets.UTF_8)),
            "Content-Encoding",
            "gzip");
    assertEquals(200, good.statusCode());
    byte[] bomb = PprofFixture.gzip(new byte[RequestBody.MAX_BYTES * 100]);
    HttpResponse<byte[]> large =
        server.post(path, "application/json", bomb, "Content-Encoding", "gzip");
    assertEquals(429, large.statusCode(), text(large));
    byte[] plain = new byte[RequestBody.MAX_BYTES + 1];
    Arrays.fill(plain, (byte) ' ');
    assertEquals(429, server.post(path, "application/json", plain).statusCode());
    HttpResponse<byte[]> brotli =
        server.post(path, "application/json", new byte[1], "Content-Encoding", "br");
    assertEquals(501, brotli.statusCode());
    HttpResponse<byte[]> broken =
        server.post(path, "application/json", new byte[9], "Content-Encoding", "gzip");
    assertEquals(400, broken.statusCode());
    HttpResponse<byte[]> proto = server.post(path, "application/proto", new byte[] {8});
    assertEquals(400, proto.statusCode());
  }

  @Test
  void deeplyNestedJsonIsRefused() throws Exception {
    String body = "{\"left\":".repeat(3000) + "1" + "}".repeat(3000);
    assertEquals(400, server.json("Diff", body).statusCode());
    HttpResponse<byte[]> tree =
        server.post("/api/v1/calltree", "application/json", body.getBytes(StandardCharsets.UTF_8));
    assertEquals(400, tree.statusCode());
  }

  @Test
  void longAnswersAreGzippedWhenAccepted() throws Exception {
    HttpResponse<byte[]> response = server.get("/app.js", "Accept-Encoding", "gzip");
    assertEquals("gzip", response.headers().firstValue("content-encoding").orElse(""));
    assertEquals((byte) 0x1f, response.body()[0]);
    assertFalse(server.get("/app.js").headers().firstValue("content-encoding").isPresent());
  }
}
