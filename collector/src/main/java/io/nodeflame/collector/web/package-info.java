/**
 * The HTTP server of the daemon: metrics, health, the page, and the query API that Grafana's
 * Pyroscope data source and {@code profilecli} speak.
 */
@NullMarked
package io.nodeflame.collector.web;

import org.jspecify.annotations.NullMarked;
