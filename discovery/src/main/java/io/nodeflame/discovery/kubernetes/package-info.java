/**
 * Watches the pods of this node and the namespaces of the cluster. The only package that knows
 * Fabric8; nothing of it is loaded before {@link io.nodeflame.discovery.kubernetes.KubernetesWatch}
 * is used.
 */
@NullMarked
package io.nodeflame.discovery.kubernetes;

import org.jspecify.annotations.NullMarked;
