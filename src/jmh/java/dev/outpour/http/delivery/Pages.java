package dev.outpour.http.delivery;

import dev.outpour.http.stream.TransferCoding;
import dev.outpour.sse.EventEncoder;
import dev.outpour.update.Interest;
import dev.outpour.update.Lineage;
import dev.outpour.update.Page;
import dev.outpour.update.Topic;
import dev.outpour.update.Update;
import io.vertx.core.buffer.Buffer;
import java.util.List;
import java.util.function.IntFunction;
import java.util.stream.IntStream;

/** Pages to measure with, of updates of 100 bytes, and groups of readers that want them. */
final class Pages {

  private static final Lineage LINEAGE = new Lineage(List.of(new Lineage.Epoch("k3f9QzT1aB", 1)));
  private static final Buffer DATA = Buffer.buffer("{\"p\":\"" + "x".repeat(92) + "\"}");

  private Pages() {}

  /** A page of some updates, each to the topic of its number. */
  static Page of(int updates, IntFunction<String> topic) {
    return new Page(
        LINEAGE,
        1,
        0,
        updates,
        IntStream.rangeClosed(1, updates).mapToObj(n -> update(n, topic.apply(n))).toList());
  }

  private static Update update(int number, String topic) {
    return new Update(LINEAGE.at(number), 0, List.of(topic(topic)), null, Update.Form.JSON, DATA);
  }

  static Topic topic(String name) {
    return Topic.parse(name);
  }

  static InterestGroup group(Interest interest) {
    return new InterestGroup(
        new InterestGroup.Want(interest, EventEncoder.Form.PLAIN, TransferCoding.CHUNKED));
  }
}
