package dev.outpour;

import java.lang.reflect.Proxy;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Ends the process with exit code 0 on a signal. A hub that is still starting first gets some time
 * to finish its start, since verticles cannot be stopped while they start. Any thread may call it.
 */
final class ExitOnSignal {

  private static final Logger log = LoggerFactory.getLogger(ExitOnSignal.class);

  private static final long START_SECONDS = 10;

  private final CountDownLatch started = new CountDownLatch(1);
  private volatile boolean signalled;

  /** Handles the signals of operators and terminals, unless Java was started with -Xrs. */
  static ExitOnSignal atSignals() {
    ExitOnSignal ending = new ExitOnSignal();
    List.of("TERM", "INT", "HUP").forEach(name -> atSignal(name, ending::end));
    return ending;
  }

  /** Uses reflection, since the compiler warns of the only API that Java has for signals. */
  private static void atSignal(String name, Runnable action) {
    try {
      Class<?> type = Class.forName("sun.misc.Signal");
      Class<?> handler = Class.forName("sun.misc.SignalHandler");
      Object handling =
          Proxy.newProxyInstance(
              handler.getClassLoader(),
              new Class<?>[] {handler},
              (proxy, method, arguments) ->
                  switch (method.getName()) {
                    case "handle" -> {
                      action.run();
                      yield null;
                    }
                    case "equals" -> proxy == arguments[0];
                    case "hashCode" -> System.identityHashCode(proxy);
                    default -> "the handler of " + name;
                  });
      type.getMethod("handle", type, handler)
          .invoke(null, type.getConstructor(String.class).newInstance(name), handling);
    } catch (ReflectiveOperationException e) {
      // There is none of that name, or Java was started with -Xrs: then it is the system's.
      log.debug("The signal {} is left as it is", name, e);
    }
  }

  /** The start has come to its end, well or not. */
  void started() {
    started.countDown();
  }

  /** Whether a signal has arrived. */
  boolean isSignalled() {
    return signalled;
  }

  private void end() {
    if (signalled) {
      return;
    }
    signalled = true;
    // The exit waits for Vert.x to close, and signals wait for this thread.
    new Thread(this::endStarted, "outpour-ending").start();
  }

  private void endStarted() {
    try {
      boolean unused = started.await(START_SECONDS, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    System.exit(0);
  }
}
