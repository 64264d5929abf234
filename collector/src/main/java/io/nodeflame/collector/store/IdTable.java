package io.nodeflame.collector.store;

import java.util.HashMap;
import java.util.Map;

/** Ids of a pprof table to positions. Producers number from 1 without gaps, but need not. */
final class IdTable {
  private final LongTable ids;
  private final Map<Long, Integer> odd = new HashMap<>();

  IdTable(LongTable ids) {
    this.ids = ids;
    for (int i = 0; i < ids.size(); i++) {
      if (ids.get(i) != i + 1L) {
        odd.putIfAbsent(ids.get(i), i);
      }
    }
  }

  /** Position of an id, -1 when there is none. */
  int position(long id) {
    if (id >= 1 && id <= ids.size() && ids.get((int) id - 1) == id) {
      return (int) id - 1;
    }
    Integer position = odd.get(id);
    return position == null ? -1 : position;
  }
}
