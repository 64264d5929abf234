package io.nodeflame.collector.collection;

import io.nodeflame.collector.profile.ProfileFrame;
import io.nodeflame.symbolizer.Location;
import io.nodeflame.symbolizer.UnnamedReason;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Gives equal frames one index, over all processes and windows; those without a name for different
 * reasons are different, so that each is counted with its own. Started anew between windows when it
 * has grown large; {@link #version} then changes, and with it every cached index is void.
 */
final class FrameTable {
  private static final int MAX_FRAMES = 30_000;

  /** Comparing objects is cheap, comparing frames is not; symbolizers give the same ones again. */
  private static final int MAX_LOCATIONS = 8192;

  private final IdentityHashMap<Location, Integer> indexByLocation = new IdentityHashMap<>();
  private final Map<Key, Integer> indexes = new HashMap<>();
  private List<ProfileFrame> frames = new ArrayList<>();
  private List<@Nullable UnnamedReason> reasons = new ArrayList<>();
  private final BitSet stackBases = new BitSet();
  private int version;

  private record Key(ProfileFrame frame, @Nullable UnnamedReason reason) {}

  int indexOf(Location location) {
    Integer known = indexByLocation.get(location);
    if (known != null) {
      return known;
    }
    int index = indexOfNew(location);
    if (indexByLocation.size() >= MAX_LOCATIONS) {
      indexByLocation.clear();
    }
    indexByLocation.put(location, index);
    return index;
  }

  private int indexOfNew(Location location) {
    List<ProfileFrame.Line> lines =
        location.lines().stream()
            .map(line -> new ProfileFrame.Line(line.function(), line.file(), line.line()))
            .toList();
    ProfileFrame frame =
        new ProfileFrame(location.kind().label(), location.mapping(), location.buildId(), lines);
    int index = indexOf(frame, location.unnamed().orElse(null));
    stackBases.set(index, location.isStackBase());
    return index;
  }

  int indexOf(ProfileFrame frame, @Nullable UnnamedReason reason) {
    Key key = new Key(frame, reason);
    Integer known = indexes.get(key);
    if (known != null) {
      return known;
    }
    int index = frames.size();
    frames.add(frame);
    reasons.add(reason);
    indexes.put(key, index);
    return index;
  }

  /** Why the frame has no name; null when it has one. */
  @Nullable UnnamedReason reason(int frame) {
    return reasons.get(frame);
  }

  /** Whether stacks begin in this frame. */
  boolean isStackBase(int frame) {
    return stackBases.get(frame);
  }

  /** All frames; profiles share this list, which only grows until the table starts anew. */
  List<ProfileFrame> frames() {
    return frames;
  }

  /** Changes when indexes given before are void. */
  int version() {
    return version;
  }

  /** Whether it has grown so large that the window should end. */
  boolean isLarge() {
    return frames.size() > MAX_FRAMES;
  }

  /** Starts anew when large. Call only while no window holds indexes. */
  void trim() {
    if (isLarge()) {
      frames = new ArrayList<>();
      reasons = new ArrayList<>();
      indexes.clear();
      indexByLocation.clear();
      stackBases.clear();
      version++;
    }
  }
}
