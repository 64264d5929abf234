package io.nodeflame.collector.web;

import io.nodeflame.collector.store.ProfileStore;
import java.time.Duration;

/**
 * Facts for the page: {@code {"node", "windowSeconds", "retentionSeconds", "ready", "reason",
 * "newestMillis", "firstProfileSeconds"}}, the last being 0 once there is a profile.
 */
final class StatusReply {
  static final String PATH = "/api/v1/status";

  private final WebSources sources;

  StatusReply(WebSources sources) {
    this.sources = sources;
  }

  Reply reply() throws RefusedException {
    WebSources.About about = sources.about();
    long newest =
        sources
            .store()
            .map(ProfileStore::newestMillis)
            .orElseThrow(
                () ->
                    new RefusedException(
                        ConnectCode.UNAVAILABLE, "store.enabled is false: no profiles"));
    Readiness readiness = sources.readiness().get();
    Duration untilFirst = Duration.between(about.clock().instant(), about.firstProfileAt());
    long seconds = untilFirst.isNegative() ? 0 : untilFirst.plusMillis(999).toSeconds();
    return Reply.json(
        200,
        json -> {
          json.writeStartObject();
          json.writeStringField("node", about.node());
          json.writeNumberField("windowSeconds", Math.max(1, about.window().toSeconds()));
          json.writeNumberField("retentionSeconds", about.retention().toSeconds());
          json.writeBooleanField("ready", readiness.ready());
          json.writeStringField("reason", readiness.reason());
          json.writeNumberField("newestMillis", newest);
          json.writeNumberField("firstProfileSeconds", newest > 0 ? 0 : seconds);
          json.writeEndObject();
        });
  }
}
