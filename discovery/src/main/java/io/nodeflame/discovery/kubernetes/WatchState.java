package io.nodeflame.discovery.kubernetes;

import java.time.Duration;
import java.util.Optional;

/**
 * How the watch of one resource does; counts are since the start.
 *
 * @param synced a whole list has been taken in; stays true when the API server goes away
 * @param connected the watch stands at this moment
 * @param sinceEvent the time since the last list or change that the server told of; empty before
 *     the first
 * @param reconnects watches begun after the first; one in five to ten minutes is normal
 * @param refusals answers 403
 * @param failures lists and watches that failed otherwise: no connection, 401, 410, 5xx, bad JSON
 * @param malformed objects without a uid or name, or with an impossible one
 * @param objects that the informer remembers
 * @param problem what is in the way at the moment, as one sentence, or empty
 */
public record WatchState(
    boolean synced,
    boolean connected,
    Optional<Duration> sinceEvent,
    long reconnects,
    long refusals,
    long failures,
    long malformed,
    int objects,
    String problem) {}
