package io.nodeflame.collector.web;

import com.fasterxml.jackson.core.JsonGenerator;
import io.nodeflame.discovery.Target;
import io.nodeflame.discovery.cgroup.ContainerId;
import io.nodeflame.discovery.host.Explanation;
import io.nodeflame.discovery.host.PodReport;
import io.nodeflame.discovery.pod.Pod;
import io.nodeflame.discovery.pod.PodContainer;
import io.nodeflame.discovery.pod.PodMatch;
import io.nodeflame.discovery.relabel.Step;
import io.nodeflame.discovery.target.Labelling;
import io.nodeflame.discovery.target.PodExplanation;
import io.nodeflame.symbolizer.CodeReport;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** Explanations as JSON, for programs. */
final class ExplainJson {
  private final JsonGenerator json;
  private final WebSources.CodeInspection code;

  ExplainJson(JsonGenerator json, WebSources.CodeInspection code) {
    this.json = json;
    this.code = code;
  }

  void process(Explanation explanation) throws IOException {
    json.writeStartObject();
    json.writeNumberField("pid", explanation.process().pid());
    json.writeStringField("comm", explanation.process().comm());
    json.writeStringField("executable", explanation.process().executable());
    json.writeNumberField("startNanosSinceBoot", explanation.process().startNanos());
    json.writeStringField("kind", ExplainWords.kind(explanation.kind()));
    json.writeStringField("cgroupPath", explanation.cgroupPath());
    texts("controllers", explanation.controllers());
    if (explanation.container().isPresent()) {
      container(explanation.container().get());
    }
    if (explanation.pod().isPresent()) {
      pod(explanation.pod().get());
    }
    Optional<CodeReport> report = ExplainWords.code(explanation, code);
    if (report.isPresent()) {
      code(report.get());
    }
    json.writeNumberField("frequencyHz", explanation.frequency().hertz());
    json.writeNumberField("askedFrequencyHz", explanation.frequency().askedHertz());
    json.writeStringField("frequencyLimit", explanation.frequency().limit());
    if (explanation.labelling().isPresent()) {
      labelling(explanation.labelling().get());
    }
    json.writeStringField("result", ExplainWords.result(explanation.resolution()));
    json.writeStringField("reason", ExplainWords.reason(explanation.resolution()));
    if (explanation.resolution() instanceof Target target) {
      texts("labels", target.labels().asMap());
    }
    json.writeEndObject();
  }

  void pod(PodReport report) throws IOException {
    json.writeStartObject();
    identity(report.pod());
    json.writeBooleanField("namespaceKnown", report.namespaceKnown());
    json.writeArrayFieldStart("containers");
    for (PodReport.Container container : report.containers()) {
      json.writeStartObject();
      container(container.container());
      processes("processes", container.processes());
      json.writeEndObject();
    }
    json.writeEndArray();
    processes("otherProcesses", report.others());
    json.writeNumberField("processesLeftOut", report.leftOut());
    json.writeEndObject();
  }

  private void container(PodContainer container) throws IOException {
    json.writeStringField("name", container.name());
    json.writeStringField("kind", container.kind().name().toLowerCase(Locale.ROOT));
    json.writeStringField("image", container.image());
    json.writeStringField("runtime", container.runtime());
    json.writeStringField("id", container.id());
    json.writeStringField("lastId", container.lastId());
  }

  private void processes(String name, List<Explanation> explanations) throws IOException {
    json.writeArrayFieldStart(name);
    for (Explanation explanation : explanations) {
      process(explanation);
    }
    json.writeEndArray();
  }

  private void container(ContainerId container) throws IOException {
    json.writeObjectFieldStart("container");
    json.writeStringField("id", container.id());
    json.writeStringField("runtime", container.runtime().name().toLowerCase(Locale.ROOT));
    json.writeStringField("podUid", container.podUid());
    json.writeEndObject();
  }

  private void pod(PodExplanation explanation) throws IOException {
    json.writeObjectFieldStart("pod");
    json.writeStringField("match", ExplainWords.match(explanation.match()));
    Optional<Pod> pod = ExplainWords.pod(explanation.match());
    if (pod.isPresent()) {
      identity(pod.get());
      json.writeBooleanField("namespaceKnown", explanation.namespaceKnown());
    }
    if (explanation.match() instanceof PodMatch.Found found) {
      json.writeStringField("container", found.container().name());
      json.writeBooleanField("deleted", found.deleted());
    }
    if (explanation.match() instanceof PodMatch.Ambiguous ambiguous) {
      json.writeNumberField("claimants", ambiguous.pods());
    }
    if (explanation.waited().isPresent()) {
      json.writeNumberField("waitedSeconds", explanation.waited().get().toMillis() / 1e3);
    }
    json.writeEndObject();
  }

  private void code(CodeReport report) throws IOException {
    json.writeObjectFieldStart("code");
    json.writeStringField("runtime", report.runtime());
    json.writeStringField("stacks", report.stacks());
    texts("names", report.names());
    texts("missing", report.missing());
    json.writeEndObject();
  }

  private void identity(Pod pod) throws IOException {
    json.writeStringField("namespace", pod.namespace());
    json.writeStringField("pod", pod.name());
    json.writeStringField("uid", pod.uid());
    json.writeStringField("phase", pod.phase());
    json.writeStringField("workloadKind", pod.workload().kind());
    json.writeStringField("workloadName", pod.workload().name());
  }

  private void labelling(Labelling labelling) throws IOException {
    texts("given", labelling.given());
    json.writeArrayFieldStart("steps");
    for (Step step : labelling.steps()) {
      json.writeStartObject();
      json.writeNumberField("rule", step.rule());
      json.writeStringField("action", step.action().word());
      json.writeBooleanField("dropped", step.dropped());
      json.writeArrayFieldStart("changes");
      for (Step.Change change : step.changes()) {
        json.writeStartObject();
        json.writeStringField("label", change.label());
        json.writeStringField("before", change.before());
        json.writeStringField("after", change.after());
        json.writeEndObject();
      }
      json.writeEndArray();
      json.writeEndObject();
    }
    json.writeEndArray();
    json.writeStringField("excludedBy", labelling.excludedBy());
    texts("problems", labelling.problems());
  }

  private void texts(String name, List<String> values) throws IOException {
    json.writeArrayFieldStart(name);
    for (String value : values) {
      json.writeString(value);
    }
    json.writeEndArray();
  }

  private void texts(String name, Map<String, String> values) throws IOException {
    json.writeObjectFieldStart(name);
    for (Map.Entry<String, String> entry : values.entrySet()) {
      json.writeStringField(entry.getKey(), entry.getValue());
    }
    json.writeEndObject();
  }
}
