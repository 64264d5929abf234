package io.nodeflame.discovery.kubernetes;

import com.fasterxml.jackson.databind.JsonDeserializer;
import com.fasterxml.jackson.databind.annotation.JsonDeserialize;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * An object of the API server in the shape that Fabric8's informers want, holding only what is kept
 * of it. Fabric8's own model of a pod would load a thousand classes.
 *
 * @param <V> what is kept
 */
// Overrules the interface's: the deserializer is the one that the mapper was given for the type.
@JsonDeserialize(using = JsonDeserializer.None.class)
abstract class Watched<V> implements HasMetadata {
  private ObjectMeta metadata;
  private final @Nullable V value;

  Watched(Version version, @Nullable V value) {
    this.metadata = new ObjectMeta();
    metadata.setNamespace(version.namespace());
    metadata.setName(version.name());
    metadata.setUid(version.uid());
    metadata.setResourceVersion(version.resourceVersion());
    this.value = value;
  }

  /**
   * Which state of which object.
   *
   * @param namespace empty for objects outside of namespaces
   */
  record Version(String namespace, String name, String uid, String resourceVersion) {
    String key() {
      return namespace + "/" + name;
    }
  }

  final Version version() {
    return new Version(
        metadata.getNamespace(),
        metadata.getName(),
        metadata.getUid(),
        metadata.getResourceVersion());
  }

  /** Empty when the object was malformed, or is only remembered. */
  final Optional<V> value() {
    return Optional.ofNullable(value);
  }

  @Override
  public ObjectMeta getMetadata() {
    return metadata;
  }

  @Override
  public void setMetadata(ObjectMeta metadata) {
    this.metadata = metadata;
  }

  /** The type has one version. */
  @Override
  public void setApiVersion(String version) {}
}
