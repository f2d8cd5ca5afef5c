package dev.outpour.checker;

import dev.outpour.checker.Entry.Kind;
import dev.outpour.checker.Entry.Operation;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Collectors;

/**
 * What is published with one request.
 *
 * @param updates one, or several that are sent as lines
 * @param topics where they go
 * @param key the publisher's key; null: none
 * @param asLines whether they are sent as lines
 */
record Shipment(List<Payload> updates, List<String> topics, String key, boolean asLines) {

  /** The request, without the line ends of its head being anything but those of HTTP. */
  byte[] request(int port) {
    byte[] body =
        updates.stream()
            .map(Payload::text)
            .collect(Collectors.joining("\n"))
            .getBytes(StandardCharsets.UTF_8);
    String head =
        "POST /update?"
            + query()
            + " HTTP/1.1\r\nHost: localhost:"
            + port
            + "\r\nContent-Type: application/"
            + (asLines ? "x-ndjson" : "json")
            + "\r\nContent-Length: "
            + body.length
            + "\r\n\r\n";
    byte[] start = head.getBytes(StandardCharsets.UTF_8);
    byte[] whole = new byte[start.length + body.length];
    System.arraycopy(start, 0, whole, 0, start.length);
    System.arraycopy(body, 0, whole, start.length, body.length);
    return whole;
  }

  private String query() {
    String where =
        topics.stream()
            .map(topic -> "topic=" + URLEncoder.encode(topic, StandardCharsets.UTF_8))
            .collect(Collectors.joining("&"));
    return key == null ? where : where + "&key=" + key;
  }

  /** A line of the journal about one of its updates. */
  Entry entry(int index, Kind kind) {
    Payload update = updates.get(index);
    Entry entry = Entry.of(Operation.PUBLISH, kind).update(update.name(), update.hash());
    if (kind != Kind.INVOKE) {
      return entry;
    }
    // Line n of a request with the key k has the key k/n.
    return entry
        .topics(topics)
        .key(asLines ? key + "/" + (index + 1) : key)
        .detail(asLines ? updates.get(0).name() : null);
  }
}
