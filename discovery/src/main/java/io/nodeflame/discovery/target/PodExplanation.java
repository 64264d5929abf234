package io.nodeflame.discovery.target;

import io.nodeflame.discovery.Resolution;
import io.nodeflame.discovery.pod.PodMatch;
import java.time.Duration;
import java.util.Optional;

/**
 * What is known of the pod of a process, for people.
 *
 * @param match what the container's id and the pod's uid lead to
 * @param waited how long the container is waited for, if samples of it wait
 * @param namespaceKnown whether the labels and annotations of the pod's namespace are known
 * @param labelling empty while there is no pod to label by
 * @param resolution what the process is resolved to
 */
public record PodExplanation(
    PodMatch match,
    Optional<Duration> waited,
    boolean namespaceKnown,
    Optional<Labelling> labelling,
    Resolution resolution) {}
