package io.nodeflame.collector.config;

import io.nodeflame.discovery.DiscoverySettings;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * The whole configuration, all defaults filled in.
 *
 * @param nodeName empty outside Kubernetes
 * @param pyroscope the endpoints, with unique names; may be empty
 */
public record NodeflameConfig(
    String nodeName,
    SamplingConfig sampling,
    TargetsConfig targets,
    LabelsConfig labels,
    SymbolsConfig symbols,
    List<EndpointConfig> pyroscope,
    StoreConfig store,
    ServerConfig server,
    BudgetConfig budget) {

  private static final Rule<String> NODE_NAME =
      new Rule<>(
          Rules.DNS_NAME.allowed(),
          Rules.DNS_NAME.parser(),
          name -> name.isEmpty() || Rules.DNS_NAME.accepts().test(name));

  private static final String STATIC_LABELS = "labels.static: ";

  /** Variable that the manifests fill from {@code spec.nodeName}. */
  private static final String NODE_NAME_DEFAULT = "${NODE_NAME:-}";

  public static final NodeflameConfig DEFAULT =
      new NodeflameConfig(
          "",
          SamplingConfig.DEFAULT,
          TargetsConfig.DEFAULT,
          LabelsConfig.DEFAULT,
          SymbolsConfig.DEFAULT,
          List.of(),
          StoreConfig.DEFAULT,
          ServerConfig.DEFAULT,
          BudgetConfig.DEFAULT);

  public NodeflameConfig {
    pyroscope = List.copyOf(pyroscope);
    NODE_NAME.require("nodeName", nodeName);
    Set<String> names = new HashSet<>();
    for (EndpointConfig endpoint : pyroscope) {
      if (!names.add(endpoint.name())) {
        throw new IllegalArgumentException("two endpoints are named '" + endpoint.name() + "'");
      }
    }
  }

  public NodeflameConfig withSampling(SamplingConfig sampling) {
    return new NodeflameConfig(
        nodeName, sampling, targets, labels, symbols, pyroscope, store, server, budget);
  }

  public NodeflameConfig withTargets(TargetsConfig targets, LabelsConfig labels) {
    return new NodeflameConfig(
        nodeName, sampling, targets, labels, symbols, pyroscope, store, server, budget);
  }

  public NodeflameConfig withPyroscope(List<EndpointConfig> pyroscope) {
    return new NodeflameConfig(
        nodeName, sampling, targets, labels, symbols, pyroscope, store, server, budget);
  }

  public NodeflameConfig withStore(StoreConfig store) {
    return new NodeflameConfig(
        nodeName, sampling, targets, labels, symbols, pyroscope, store, server, budget);
  }

  public NodeflameConfig withServer(ServerConfig server) {
    return new NodeflameConfig(
        nodeName, sampling, targets, labels, symbols, pyroscope, store, server, budget);
  }

  static NodeflameConfig read(Section section) {
    NodeflameConfig config =
        new NodeflameConfig(
            section.valueOrExpression("nodeName", NODE_NAME_DEFAULT, NODE_NAME),
            SamplingConfig.read(section.section("sampling")),
            TargetsConfig.read(section.section("targets")),
            LabelsConfig.read(section.section("labels")),
            SymbolsConfig.read(section.section("symbols")),
            readEndpoints(section),
            StoreConfig.read(section.section("store")),
            ServerConfig.read(section.section("server")),
            BudgetConfig.read(section.section("budget")));
    config.noteUnusableLabels(section);
    section.refuseOtherKeys();
    return config;
  }

  private static List<EndpointConfig> readEndpoints(Section section) {
    Set<String> names = new HashSet<>();
    return section.sections("pyroscope", each -> EndpointConfig.read(each, names));
  }

  /** Labels that are well-formed may still not be had. */
  private void noteUnusableLabels(Section section) {
    for (String problem : DiscoverySettings.problems(nodeName, labels.fixed())) {
      if (problem.startsWith(STATIC_LABELS)) {
        section.section("labels").problem("static", problem.substring(STATIC_LABELS.length()));
      } else {
        section.problem("nodeName", problem);
      }
    }
  }

  PrintedSection print() {
    return new PrintedSection()
        .text("nodeName", nodeName)
        .section("sampling", sampling.print())
        .section("targets", targets.print())
        .section("labels", labels.print())
        .section("symbols", symbols.print())
        .sections("pyroscope", pyroscope, EndpointConfig::print)
        .section("store", store.print())
        .section("server", server.print())
        .section("budget", budget.print());
  }
}
