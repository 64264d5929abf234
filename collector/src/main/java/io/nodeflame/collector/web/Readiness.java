package io.nodeflame.collector.web;

/**
 * Whether samples flow.
 *
 * @param reason why not, one sentence; empty when ready
 */
public record Readiness(boolean ready, String reason) {}
