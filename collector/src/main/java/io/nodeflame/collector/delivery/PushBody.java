package io.nodeflame.collector.delivery;

import com.google.protobuf.CodedOutputStream;
import com.google.protobuf.WireFormat;
import io.nodeflame.collector.profile.EncodedProfile;
import io.nodeflame.collector.proto.push.PushRequest;
import io.nodeflame.collector.proto.push.RawProfileSeries;
import io.nodeflame.collector.proto.push.RawSample;
import io.nodeflame.collector.proto.types.LabelPair;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;

/**
 * A {@code push.v1.PushRequest} of one series with one profile. Written field by field: the profile
 * goes to the wire without a copy, and no generated message class is loaded for it.
 */
final class PushBody {
  private final byte[] labels;
  private final byte[] profile;
  private final String id;
  private final int sampleBytes;
  private final int seriesBytes;

  PushBody(EncodedProfile encoded, UUID id) {
    this.profile = encoded.gzippedPprof();
    this.id = id.toString();
    this.labels = labels(encoded);
    this.sampleBytes =
        CodedOutputStream.computeByteArraySize(RawSample.RAW_PROFILE_FIELD_NUMBER, profile)
            + CodedOutputStream.computeStringSize(RawSample.ID_FIELD_NUMBER, this.id);
    this.seriesBytes = labels.length + 1 + sized(sampleBytes);
  }

  int length() {
    return 1 + sized(seriesBytes);
  }

  void writeTo(OutputStream stream) throws IOException {
    CodedOutputStream out = CodedOutputStream.newInstance(stream, 4096);
    header(out, PushRequest.SERIES_FIELD_NUMBER, seriesBytes);
    out.writeRawBytes(labels);
    header(out, RawProfileSeries.SAMPLES_FIELD_NUMBER, sampleBytes);
    out.writeByteArray(RawSample.RAW_PROFILE_FIELD_NUMBER, profile);
    out.writeString(RawSample.ID_FIELD_NUMBER, id);
    out.flush();
  }

  private static byte[] labels(EncodedProfile encoded) {
    Map<String, String> sorted = new TreeMap<>(encoded.labels().asMap());
    sorted.put("__name__", encoded.type().profileName());
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(512);
    CodedOutputStream out = CodedOutputStream.newInstance(bytes, 512);
    try {
      for (Map.Entry<String, String> label : sorted.entrySet()) {
        int size =
            CodedOutputStream.computeStringSize(LabelPair.NAME_FIELD_NUMBER, label.getKey())
                + CodedOutputStream.computeStringSize(
                    LabelPair.VALUE_FIELD_NUMBER, label.getValue());
        header(out, RawProfileSeries.LABELS_FIELD_NUMBER, size);
        out.writeString(LabelPair.NAME_FIELD_NUMBER, label.getKey());
        out.writeString(LabelPair.VALUE_FIELD_NUMBER, label.getValue());
      }
      out.flush();
    } catch (IOException e) {
      throw new IllegalStateException("writing to an array failed", e);
    }
    return bytes.toByteArray();
  }

  private static void header(CodedOutputStream out, int field, int length) throws IOException {
    out.writeTag(field, WireFormat.WIRETYPE_LENGTH_DELIMITED);
    out.writeUInt32NoTag(length);
  }

  private static int sized(int length) {
    return CodedOutputStream.computeUInt32SizeNoTag(length) + length;
  }
}
