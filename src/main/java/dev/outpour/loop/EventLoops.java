package dev.outpour.loop;

import io.netty.util.concurrent.EventExecutorGroup;
import io.vertx.core.Vertx;
import io.vertx.core.internal.VertxInternal;
import java.util.stream.StreamSupport;

/** Counts the event loops of a Vert.x. */
public final class EventLoops {

  private EventLoops() {}

  /** The number of event loops. */
  public static int count(Vertx vertx) {
    EventExecutorGroup loops = ((VertxInternal) vertx).nettyEventLoopGroup();
    return (int) StreamSupport.stream(loops.spliterator(), false).count();
  }
}
