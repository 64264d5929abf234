package io.nodeflame.collector.cli;

import java.lang.reflect.Proxy;

/**
 * SIGHUP as a request. Java has no other way than {@code sun.misc.Signal}, which is called by its
 * name: the compiler warns of it in a manner that cannot be switched off.
 */
final class HangupSignal {
  private HangupSignal() {}

  /**
   * From now on the signal runs this, on a thread of its own.
   *
   * @return false where this JVM has no such way: then the signal ends the process as before
   */
  static boolean handle(Runnable action) {
    try {
      Class<?> signal = Class.forName("sun.misc.Signal");
      Class<?> handler = Class.forName("sun.misc.SignalHandler");
      Object proxy =
          Proxy.newProxyInstance(
              HangupSignal.class.getClassLoader(),
              new Class<?>[] {handler},
              (self, method, args) -> {
                if (method.getName().equals("handle")) {
                  action.run();
                }
                return null;
              });
      Object hangup = signal.getConstructor(String.class).newInstance("HUP");
      signal.getMethod("handle", signal, handler).invoke(null, hangup, proxy);
      return true;
    } catch (ReflectiveOperationException | IllegalArgumentException e) {
      return false;
    }
  }
}
