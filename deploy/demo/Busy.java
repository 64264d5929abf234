// SPDX-License-Identifier: Apache-2.0

/** The shop in Java: a known chain of calls, main -> serve -> checkout -> price, with the time in price. */
public final class Busy {
  private static volatile long sum;

  private Busy() {}

  private static long price(long n) {
    long total = 0;
    for (long i = 0; i < n; i++) {
      total += (i * i) ^ (total >> 3);
    }
    return total;
  }

  private static long checkout(long n) {
    return price(n) + 1;
  }

  private static void serve() throws InterruptedException {
    while (true) {
      sum = checkout(20_000_000);
      Thread.sleep(20);
    }
  }

  public static void main(String[] args) throws InterruptedException {
    serve();
  }
}
