package dev.outpour;

import io.vertx.core.json.JsonObject;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * Publishes lines over one endless request, as fast as the hub accepts them or at a rate. Each line
 * starts with the time when it was sent, and has the same length.
 */
public final class LinePublisher {

  private static final int TURNS_A_SECOND = 100;

  private final RawHttp connection;
  private final String padding;

  /**
   * @param topic where they go
   * @param bytes how long a line is, about
   */
  public LinePublisher(int port, String topic, int bytes) {
    padding = ",\"x\":\"" + "x".repeat(bytes - 30) + "\"}\n";
    connection =
        RawHttp.connect(port)
            .send(
                "POST /update?topic="
                    + topic
                    + " HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/x-ndjson\r\n"
                    + "Transfer-Encoding: chunked\r\n\r\n");
  }

  /** Sends lines at once. */
  public void send(int lines) {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < lines; i++) {
      text.append("{\"at\":").append(System.nanoTime()).append(padding);
    }
    connection.sendChunk(text.toString());
  }

  /** Sends lines at a rate, and returns after the last one. */
  public void send(int lines, int perSecond) throws Exception {
    int eachTurn = perSecond / TURNS_A_SECOND;
    ScheduledExecutorService turns = Executors.newSingleThreadScheduledExecutor();
    try {
      int[] left = {lines};
      turns.scheduleAtFixedRate(
          () -> {
            if (left[0] <= 0) {
              turns.shutdown();
              return;
            }
            send(Math.min(left[0], eachTurn));
            left[0] -= eachTurn;
          },
          0,
          1_000 / TURNS_A_SECOND,
          TimeUnit.MILLISECONDS);
      if (!turns.awaitTermination(10, TimeUnit.MINUTES)) {
        throw new AssertionError("The hub does not take them at this pace, left: " + left[0]);
      }
    } finally {
      turns.shutdownNow();
    }
  }

  /** Ends the request, and returns how many lines are in the log. */
  public long finish() {
    RawHttp.Answer answer = connection.send("0\r\n\r\n").answer();
    connection.close();
    if (answer.status() != 200) {
      throw new AssertionError(answer.status() + " " + answer.body());
    }
    return new JsonObject(answer.body()).getLong("count");
  }
}
