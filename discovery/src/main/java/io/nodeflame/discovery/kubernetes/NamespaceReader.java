package io.nodeflame.discovery.kubernetes;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.JsonDeserializer;
import io.nodeflame.discovery.pod.MetaEntries;
import io.nodeflame.discovery.pod.NamespaceMeta;
import io.nodeflame.discovery.pod.SharedStrings;
import java.io.IOException;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Reads from the JSON of a namespace what is kept. */
final class NamespaceReader extends JsonDeserializer<WatchedNamespace> {
  /** The API server's own bound. */
  private static final int MAX_NAME_CHARS = 63;

  private final SharedStrings strings;
  private final Predicate<String> annotationWanted;

  NamespaceReader(SharedStrings strings, Predicate<String> annotationWanted) {
    this.strings = strings;
    this.annotationWanted = annotationWanted;
  }

  @Override
  public WatchedNamespace deserialize(JsonParser json, DeserializationContext context)
      throws IOException {
    MetaEntries labels = MetaEntries.ofLabels();
    MetaEntries annotations = MetaEntries.ofAnnotations(annotationWanted);
    MetadataReader metadata = new MetadataReader(json, labels::put, annotations::put);
    JsonWalk.object(
        json,
        field -> {
          if (field.equals("metadata")) {
            metadata.read(other -> json.skipChildren());
          } else {
            json.skipChildren();
          }
        });
    Watched.Version version = metadata.version();
    return new WatchedNamespace(version, meta(version.name(), labels, annotations));
  }

  private @Nullable NamespaceMeta meta(String name, MetaEntries labels, MetaEntries annotations) {
    return name.isEmpty() || name.length() > MAX_NAME_CHARS
        ? null
        : new NamespaceMeta(strings.share(name), labels.asMap(strings), annotations.asMap(strings));
  }
}
