package io.nodeflame.collector.pprof;

import io.nodeflame.symbolizer.bytes.MalformedException;
import java.util.HashMap;
import java.util.Map;

/** Finds a record by its id. Nearly all producers number from 1; only others need a map. */
final class IdIndex {
  private final String what;
  private final LongList ids = new LongList();
  private final Map<Long, Integer> byId = new HashMap<>();
  private boolean sequential = true;

  IdIndex(String what) {
    this.what = what;
  }

  void add(long id) throws MalformedException {
    if (id == 0) {
      throw new MalformedException(what + " id is 0");
    }
    int index = ids.size();
    if (sequential && id != index + 1) {
      sequential = false;
      for (int i = 0; i < index; i++) {
        byId.put(ids.get(i), i);
      }
    }
    if (!sequential && byId.put(id, index) != null) {
      throw new MalformedException("two records have the same " + what + " id");
    }
    ids.add(id);
  }

  int size() {
    return ids.size();
  }

  /**
   * Position of the record with that id.
   *
   * @throws MalformedException when there is none
   */
  int find(long id) throws MalformedException {
    if (sequential) {
      if (id < 1 || id > ids.size()) {
        throw new MalformedException("no " + what + " has the id that is referred to");
      }
      return (int) id - 1;
    }
    Integer index = byId.get(id);
    if (index == null) {
      throw new MalformedException("no " + what + " has the id that is referred to");
    }
    return index;
  }
}
