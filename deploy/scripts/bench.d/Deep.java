/** {@code Deep DEPTH} spins below so many calls for ever, each a frame of its own. */
final class Deep {
  private static volatile long sink;

  private Deep() {}

  static long work() {
    long x = 88172645463325252L;
    for (int i = 0; i < 100_000_000; i++) {
      x ^= x << 13;
      x ^= x >>> 7;
      x ^= x << 17;
    }
    return x;
  }

  static long descend(int depth) {
    return depth <= 1 ? work() + 1 : descend(depth - 1) + 1;
  }

  public static void main(String[] args) {
    int depth = Integer.parseInt(args[0]);
    while (true) {
      sink = descend(depth);
    }
  }
}
