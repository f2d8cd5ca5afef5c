package dev.outpour.log;

import dev.outpour.api.PublicApi;
import dev.outpour.update.Position;
import dev.outpour.update.Update;
import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.DeliveryOptions;
import org.jspecify.annotations.Nullable;

/**
 * The hub on the event bus, as other verticles see it, in this process or anywhere in the cluster:
 * they publish by sending to {@link #INGEST} and read with {@link #listen}.
 *
 * <p>It may be used from any thread.
 */
@PublicApi
public final class UpdateBus {

  /**
   * The address to send updates to. The body (JsonObject, JsonArray, String or Buffer) is the data;
   * the headers {@code topic} (repeatable), {@code event}, {@code key}, {@code end} and {@code
   * content-type} say the rest; {@code request-id} names the request in logs. The reply is a
   * JsonObject with the {@code id}; a failure has the HTTP status as its code.
   */
  public static final String INGEST = "outpour.ingest";

  /**
   * The address on which the process that owns the log is told, by itself, that the log cannot be
   * used any more; the body is a sentence for the operator. The process has to be ended: the jar
   * does so by itself.
   */
  public static final String LOST = "outpour.lost";

  private UpdateBus() {}

  /**
   * Reads the log from now on: every update after this call, once and in order. While the log is
   * not known yet, that is every update after it has become known.
   *
   * @param handler called on the context of the caller
   */
  public static UpdateListener listen(Vertx vertx, Handler<Update> handler) {
    return listen(vertx, null, handler);
  }

  /**
   * Reads the log: every update after a position, once and in order.
   *
   * @param from the position; null: from now on
   * @param handler called on the context of the caller
   */
  public static UpdateListener listen(
      Vertx vertx, @Nullable Position from, Handler<Update> handler) {
    return new UpdateListener(vertx, LocalLog.of(vertx), from, handler).start();
  }

  /** Says inside this process that the log is lost. */
  public static void tellLost(Vertx vertx, String why) {
    vertx.eventBus().publish(LOST, why, new DeliveryOptions().setLocalOnly(true));
  }
}
