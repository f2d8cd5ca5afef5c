package dev.outpour.http.delivery;

import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.List;

/** A Vert.x whose timers fire when the test says so, and which is itself in all else. */
public final class ManualTimers implements InvocationHandler {

  private final Vertx vertx;
  private List<Handler<Long>> waiting = new ArrayList<>();
  private long ids;
  private long delay;

  public ManualTimers(Vertx vertx) {
    this.vertx = vertx;
  }

  public Vertx vertx() {
    return (Vertx)
        Proxy.newProxyInstance(Vertx.class.getClassLoader(), new Class<?>[] {Vertx.class}, this);
  }

  @Override
  @SuppressWarnings("unchecked")
  public Object invoke(Object proxy, Method method, Object[] args) throws Throwable {
    if (method.getName().equals("setTimer")) {
      waiting.add((Handler<Long>) args[1]);
      delay = (Long) args[0];
      return --ids;
    }
    try {
      return method.invoke(vertx, args);
    } catch (InvocationTargetException e) {
      throw e.getCause();
    }
  }

  /** How many timers were set so far. */
  public long count() {
    return -ids;
  }

  /** For how many milliseconds the last one was set. */
  public long delay() {
    return delay;
  }

  /** Lets so much time pass that all timers that were set have fired. */
  public void fire() {
    List<Handler<Long>> due = waiting;
    waiting = new ArrayList<>();
    due.forEach(each -> each.handle(0L));
  }
}
