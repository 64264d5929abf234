package io.nodeflame.discovery.kubernetes;

import io.fabric8.kubernetes.model.annotation.Group;
import io.fabric8.kubernetes.model.annotation.Kind;
import io.fabric8.kubernetes.model.annotation.Plural;
import io.nodeflame.discovery.pod.NamespaceMeta;
import org.jspecify.annotations.Nullable;

/** A namespace as it is watched. */
@Group("")
@io.fabric8.kubernetes.model.annotation.Version("v1")
@Kind("Namespace")
@Plural("namespaces")
final class WatchedNamespace extends Watched<NamespaceMeta> {
  WatchedNamespace(Version version, @Nullable NamespaceMeta namespace) {
    super(version, namespace);
  }
}
