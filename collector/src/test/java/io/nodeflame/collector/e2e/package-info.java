/**
 * The installation on a real cluster, the one that {@code KUBECONFIG} names: {@code make e2e}. The
 * classes end in {@code IT}, so that {@code make test} leaves them out.
 */
@NullMarked
package io.nodeflame.collector.e2e;

import org.jspecify.annotations.NullMarked;
