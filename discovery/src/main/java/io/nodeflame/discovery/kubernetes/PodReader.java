package io.nodeflame.discovery.kubernetes;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.JsonDeserializer;
import io.nodeflame.discovery.pod.PodBuilder;
import io.nodeflame.discovery.pod.PodContainer;
import io.nodeflame.discovery.pod.Readiness;
import io.nodeflame.discovery.pod.SharedStrings;
import java.io.IOException;
import java.util.function.Predicate;

/** Reads from the JSON of a pod what is kept, and passes over the rest without building it. */
final class PodReader extends JsonDeserializer<WatchedPod> {
  private static final int MAX_CHARS = MetadataReader.MAX_CHARS;

  private final SharedStrings strings;
  private final Predicate<String> annotationWanted;

  PodReader(SharedStrings strings, Predicate<String> annotationWanted) {
    this.strings = strings;
    this.annotationWanted = annotationWanted;
  }

  @Override
  public WatchedPod deserialize(JsonParser json, DeserializationContext context)
      throws IOException {
    return new Reading(json, new PodBuilder(strings, annotationWanted)).pod();
  }

  /** One pod. */
  private static final class Reading {
    private final JsonParser json;
    private final PodBuilder pod;
    private final MetadataReader metadata;
    private String podIp = "";
    private String hostIp = "";

    Reading(JsonParser json, PodBuilder pod) {
      this.json = json;
      this.pod = pod;
      this.metadata = new MetadataReader(json, pod::label, pod::annotation);
    }

    WatchedPod pod() throws IOException {
      JsonWalk.object(
          json,
          field -> {
            switch (field) {
              case "metadata" -> metadata.read(this::metadata);
              case "spec" -> JsonWalk.object(json, this::spec);
              case "status" -> JsonWalk.object(json, this::status);
              default -> json.skipChildren();
            }
          });
      Watched.Version version = metadata.version();
      pod.identity(version.uid(), version.namespace(), version.name());
      pod.addresses(podIp, hostIp);
      return new WatchedPod(version, pod.build().orElse(null));
    }

    private void metadata(String field) throws IOException {
      switch (field) {
        case "creationTimestamp" -> pod.createdAt(text());
        case "ownerReferences" -> JsonWalk.array(json, this::owner);
        default -> json.skipChildren();
      }
    }

    private void owner() throws IOException {
      var owner =
          new Object() {
            private String apiVersion = "";
            private String kind = "";
            private String name = "";
            private boolean controller;
          };
      JsonWalk.object(
          json,
          field -> {
            switch (field) {
              case "apiVersion" -> owner.apiVersion = text();
              case "kind" -> owner.kind = text();
              case "name" -> owner.name = text();
              case "controller" -> owner.controller = JsonWalk.isTrue(json);
              default -> json.skipChildren();
            }
          });
      if (owner.controller) {
        pod.controller(owner.apiVersion, owner.kind, owner.name);
      }
    }

    private void spec(String field) throws IOException {
      switch (field) {
        case "nodeName" -> pod.node(text());
        case "containers" -> JsonWalk.array(json, () -> container(PodContainer.Kind.APP));
        case "initContainers" -> JsonWalk.array(json, () -> container(PodContainer.Kind.INIT));
        case "ephemeralContainers" ->
            JsonWalk.array(json, () -> container(PodContainer.Kind.EPHEMERAL));
        default -> json.skipChildren();
      }
    }

    private void container(PodContainer.Kind kind) throws IOException {
      var container =
          new Object() {
            private String name = "";
            private String image = "";
            private boolean restarts;
          };
      JsonWalk.object(
          json,
          field -> {
            switch (field) {
              case "name" -> container.name = text();
              case "image" -> container.image = text();
              case "restartPolicy" -> container.restarts = text().equals("Always");
              default -> json.skipChildren();
            }
          });
      boolean sidecar = kind == PodContainer.Kind.INIT && container.restarts;
      pod.container(sidecar ? PodContainer.Kind.SIDECAR : kind, container.name, container.image);
    }

    private void status(String field) throws IOException {
      switch (field) {
        case "phase" -> pod.phase(text());
        case "podIP" -> podIp = text();
        case "hostIP" -> hostIp = text();
        case "conditions" -> JsonWalk.array(json, this::condition);
        case "containerStatuses", "initContainerStatuses", "ephemeralContainerStatuses" ->
            JsonWalk.array(json, this::containerStatus);
        default -> json.skipChildren();
      }
    }

    private void condition() throws IOException {
      var condition =
          new Object() {
            private String type = "";
            private String status = "";
          };
      JsonWalk.object(
          json,
          field -> {
            switch (field) {
              case "type" -> condition.type = text();
              case "status" -> condition.status = text();
              default -> json.skipChildren();
            }
          });
      if (condition.type.equals("Ready")) {
        pod.readiness(Readiness.of(condition.status));
      }
    }

    private void containerStatus() throws IOException {
      var status =
          new Object() {
            private String name = "";
            private String id = "";
            private String lastId = "";
          };
      JsonWalk.object(
          json,
          field -> {
            switch (field) {
              case "name" -> status.name = text();
              case "containerID" -> status.id = text();
              case "lastState" -> status.lastId = endedId();
              default -> json.skipChildren();
            }
          });
      pod.status(status.name, status.id, status.lastId);
    }

    /** Of {@code {"terminated": {"containerID": ...}}}. */
    private String endedId() throws IOException {
      String[] id = {""};
      JsonWalk.object(
          json,
          state -> {
            if (state.equals("terminated")) {
              JsonWalk.object(
                  json,
                  field -> {
                    if (field.equals("containerID")) {
                      id[0] = text();
                    } else {
                      json.skipChildren();
                    }
                  });
            } else {
              json.skipChildren();
            }
          });
      return id[0];
    }

    private String text() throws IOException {
      return JsonWalk.text(json, MAX_CHARS);
    }
  }
}
