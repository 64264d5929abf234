package io.nodeflame.collector.collection;

import io.nodeflame.collector.account.DropReason;
import io.nodeflame.collector.account.SampleLedger;
import io.nodeflame.collector.pprof.PprofEncoder;
import io.nodeflame.collector.profile.EncodedProfile;
import io.nodeflame.collector.profile.ProfileSink;
import io.nodeflame.collector.profile.StackProfile;
import io.nodeflame.collector.profile.StackProfileConsumer;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Encodes profiles and hands them to every sink. For the collecting thread. */
public final class ProfileDelivery implements StackProfileConsumer {
  private static final Logger LOG = LoggerFactory.getLogger(ProfileDelivery.class);

  private final PprofEncoder encoder;
  private final SampleLedger ledger;
  private final List<ProfileSink> sinks;

  /** Does not own the encoder or the sinks. */
  public ProfileDelivery(PprofEncoder encoder, SampleLedger ledger, List<ProfileSink> sinks) {
    this.encoder = encoder;
    this.ledger = ledger;
    this.sinks = List.copyOf(sinks);
  }

  @Override
  public void accept(StackProfile profile) {
    List<EncodedProfile> parts;
    try {
      parts = encoder.encode(profile);
    } catch (RuntimeException e) {
      LOG.error("A profile of {} could not be encoded", profile.labels(), e);
      ledger.dropped(DropReason.ENCODING_FAILED, profile.totalSamples());
      return;
    }
    long encoded = 0;
    for (EncodedProfile part : parts) {
      encoded += part.samples();
    }
    if (encoded != profile.totalSamples()) {
      LOG.error("{} of {} samples were encoded", encoded, profile.totalSamples());
      ledger.dropped(DropReason.ENCODING_FAILED, profile.totalSamples() - encoded);
    }
    if (ledger.handOver(encoded)) {
      parts.forEach(part -> sinks.forEach(sink -> sink.accept(part)));
    }
  }
}
