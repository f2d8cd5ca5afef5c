package dev.outpour.checker;

import dev.outpour.Await;
import dev.outpour.SseClient;
import dev.outpour.SseParser;
import dev.outpour.checker.Entry.Kind;
import dev.outpour.checker.Entry.Operation;
import java.time.Duration;

/** Reads the whole log from its earliest update on, and writes it down. */
final class LogReading {

  private LogReading() {}

  /**
   * Reads up to a number at least, or as far as it gets: what it is not given will be missed.
   *
   * @param until the number
   * @param most how long it may take
   */
  static void run(int port, long until, Duration most, Journal.Pen pen) {
    long end = System.nanoTime() + most.toNanos();
    try (SseClient client = SseClient.to(port, "/events?topic=**").lastEventId("earliest").open()) {
      while (System.nanoTime() < end
          && !client.hasEnded()
          && sequence(client.lastEventId()) < until) {
        Await.aMoment();
      }
      for (SseParser.Block block : client.blocks()) {
        if (block.isPosition()) {
          pen.write(Entry.of(Operation.STAND, Kind.OK).id(block.id()));
        } else if (block.id() != null) {
          Payload payload = Payload.read(block.data());
          pen.write(
              Entry.of(Operation.LOG, Kind.OK)
                  .id(block.id())
                  .update(payload.name(), payload.hash()));
        }
      }
    }
  }

  private static long sequence(String id) {
    return id.isEmpty() ? 0 : Long.parseLong(id.substring(id.indexOf('-') + 1));
  }
}
