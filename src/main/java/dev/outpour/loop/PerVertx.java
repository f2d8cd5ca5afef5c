package dev.outpour.loop;

import io.vertx.core.Vertx;
import java.util.function.Supplier;

/** Objects that all event loops of a Vert.x share. Any thread may call it. */
public final class PerVertx {

  private PerVertx() {}

  /**
   * The object of a Vert.x.
   *
   * @param owner the class that asks. Each class has its own object
   * @param create called if there is none yet
   */
  public static <T> T get(Vertx vertx, Class<?> owner, Supplier<T> create) {
    return get(vertx, owner, "", create);
  }

  /**
   * The object of a Vert.x with a name.
   *
   * @param owner the class that asks. Each class has its own objects
   * @param create called if there is none of this name yet
   */
  public static <T> T get(Vertx vertx, Class<?> owner, String name, Supplier<T> create) {
    return vertx
        .sharedData()
        .<String, T>getLocalMap(owner.getName())
        .computeIfAbsent(name, absent -> create.get());
  }
}
