package io.nodeflame.collector.config;

import java.util.ArrayList;
import java.util.List;

/** What a good configuration asks for and does not get. */
final class Warnings {
  private final List<String> warnings = new ArrayList<>();

  private Warnings() {}

  static List<String> of(NodeflameConfig config) {
    Warnings found = new Warnings();
    if (config.nodeName().isEmpty()) {
      TargetsConfig targets = config.targets();
      found.onlyInKubernetes(
          "targets.namespaces", targets.namespaces(), TargetsConfig.DEFAULT.namespaces());
      found.onlyInKubernetes("targets.podSelector", targets.podSelector(), "");
      found.onlyInKubernetes(
          "targets.annotations", targets.annotations(), TargetsConfig.DEFAULT.annotations());
      found.onlyInKubernetes(
          "labels.podLabels", config.labels().podLabels(), LabelsConfig.DEFAULT.podLabels());
    }
    found.noEffectYet(
        "symbols.debuginfod", config.symbols().debuginfod(), SymbolsConfig.DEFAULT.debuginfod());
    for (int i = 0; i < config.pyroscope().size(); i++) {
      EndpointConfig endpoint = config.pyroscope().get(i);
      found.noEffectYet("pyroscope[" + i + "].spool", endpoint.spool(), SpoolConfig.DEFAULT);
    }
    found.noEffectYet("server.tls", config.server().tls(), ServerConfig.Tls.NONE);
    found.noEffectYet("budget", config.budget(), BudgetConfig.DEFAULT);
    // Without a store there is nothing to show, and listening for metrics is all that is meant.
    if (config.store().enabled() && !config.server().showsProfiles()) {
      found.warnings.add(
          "server.listen: others reach "
              + config.server().listen()
              + ", so without server.tokenFile they see metrics and health, not the profiles of the"
              + " store");
    }
    return found.warnings;
  }

  private void onlyInKubernetes(String key, Object value, Object otherwise) {
    if (!value.equals(otherwise)) {
      warnings.add(key + " has no effect without nodeName, which makes this a node of a cluster");
    }
  }

  private void noEffectYet(String key, Object value, Object otherwise) {
    if (!value.equals(otherwise)) {
      warnings.add(key + " has no effect yet");
    }
  }
}
