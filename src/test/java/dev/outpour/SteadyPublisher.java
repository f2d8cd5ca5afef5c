package dev.outpour;

import io.vertx.core.json.JsonObject;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * Publishes one update after the other at a pace, each with its key until it is acknowledged, and
 * says how long that took where it was at the first try.
 */
public final class SteadyPublisher implements AutoCloseable {

  private final ScheduledExecutorService turns = Executors.newSingleThreadScheduledExecutor();
  private final Latencies latencies = new Latencies();
  private final int port;
  private final String name;
  private final String topic;
  private RawHttp connection;
  private volatile int acknowledged;
  private volatile long last;

  /** Starts. */
  public SteadyPublisher(int port, String name, String topic, int perSecond) {
    this.port = port;
    this.name = name;
    this.topic = topic;
    turns.scheduleAtFixedRate(this::publish, 0, 1_000_000 / perSecond, TimeUnit.MICROSECONDS);
  }

  /** The number of acknowledged updates. */
  public int acknowledged() {
    return acknowledged;
  }

  /** The number of the last acknowledged update. */
  public long last() {
    return last;
  }

  /** The latencies of the responses. */
  public Latencies latencies() {
    return latencies;
  }

  private void publish() {
    String key = name + "-" + acknowledged;
    String data = "{\"at\":" + System.nanoTime() + ",\"key\":\"" + key + "\"}";
    while (!tryOnce(key, data)) {
      Await.aMoment();
    }
    acknowledged++;
  }

  private boolean tryOnce(String key, String data) {
    long begun = System.nanoTime();
    try {
      boolean again = connection == null;
      if (again) {
        connection = RawHttp.connect(port);
      }
      RawHttp.Answer answer = connection.send(request(key, data)).answer();
      if (answer.status() != 200) {
        return false;
      }
      if (!again) {
        latencies.add(System.nanoTime() - begun);
      }
      String id = new JsonObject(answer.body()).getString("id");
      last = Long.parseLong(id.substring(id.indexOf('-') + 1));
      return true;
    } catch (UncheckedIOException e) {
      if (connection != null) {
        connection.close();
      }
      connection = null;
      return false;
    }
  }

  private String request(String key, String data) {
    return "POST /update?topic="
        + topic
        + "&key="
        + key
        + " HTTP/1.1\r\nHost: localhost\r\nContent-Length: "
        + data.getBytes(StandardCharsets.US_ASCII).length
        + "\r\n\r\n"
        + data;
  }

  /** Stops after the current update is acknowledged. */
  @Override
  public void close() {
    turns.shutdown();
    try {
      if (!turns.awaitTermination(Await.LONG.toSeconds(), TimeUnit.SECONDS)) {
        throw new AssertionError("An update is never acknowledged");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
