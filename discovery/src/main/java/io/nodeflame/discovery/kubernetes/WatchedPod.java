package io.nodeflame.discovery.kubernetes;

import io.fabric8.kubernetes.api.model.Namespaced;
import io.fabric8.kubernetes.model.annotation.Group;
import io.fabric8.kubernetes.model.annotation.Kind;
import io.fabric8.kubernetes.model.annotation.Plural;
import io.nodeflame.discovery.pod.Pod;
import org.jspecify.annotations.Nullable;

/** A pod as it is watched. */
@Group("")
@io.fabric8.kubernetes.model.annotation.Version("v1")
@Kind("Pod")
@Plural("pods")
final class WatchedPod extends Watched<Pod> implements Namespaced {
  WatchedPod(Version version, @Nullable Pod pod) {
    super(version, pod);
  }
}
