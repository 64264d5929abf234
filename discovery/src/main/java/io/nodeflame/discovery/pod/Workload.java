package io.nodeflame.discovery.pod;

/**
 * What people deployed: the outermost owner that can be told from the pod alone.
 *
 * @param kind such as {@code Deployment}, {@code CronJob}, {@code StaticPod}, or {@code Pod} when
 *     nothing controls it
 */
public record Workload(String kind, String name) {}
