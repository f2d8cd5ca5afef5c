package dev.outpour.http;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.outpour.TestHub;
import dev.outpour.http.request.AllowedOriginsTest;
import java.util.Arrays;
import java.util.stream.Stream;

/**
 * Requests that are well-formed but invalid. The tests of queries, data, tokens and origins check
 * the answers to these tables in more detail.
 */
final class HostileRequests {

  private HostileRequests() {}

  /**
   * For a hub that refuses the tokens of {@link TokenTest} and the origins of {@link
   * AllowedOriginsTest}.
   */
  static Stream<Hostile> cases() {
    return Stream.of(queries(), data(), tokens(), origins()).flatMap(each -> each);
  }

  private static String head(String method, String target, String headers) {
    return method
        + (" /" + target + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n")
        + (headers + "\r\n");
  }

  private static Hostile refused(int status, String method, String target, String headers) {
    String name = method + " " + target + " " + headers;
    return Hostile.refused(name, status, head(method, target, headers));
  }

  private static Stream<Hostile> queries() {
    Stream<String> positions =
        PositionTableContractTest.malformedIn("abcdefgh")
            .map(position -> "lastEventId=" + TestHub.encode(position))
            .filter(query -> query.length() < 8_000);
    Stream<String> asked =
        Stream.of(SubscribeTest.faultyQueries(), SubscribeTest.badTopics(), positions)
            .flatMap(each -> each);
    return Stream.concat(
        PublishTest.badQueries().map(query -> refused(400, "POST", "update?" + query, "")),
        asked.map(query -> refused(400, "GET", "events?" + query, "")));
  }

  private static Stream<Hostile> data() {
    return Stream.concat(
        PublishTest.notJson().map(json -> body(json.getBytes(UTF_8))),
        PublishTest.notUtf8().map(HostileRequests::body));
  }

  private static Hostile body(byte[] body) {
    byte[] head =
        head("POST", "update?topic=bytes", "Content-Length: " + body.length + "\r\n")
            .getBytes(UTF_8);
    byte[] all = Arrays.copyOf(head, head.length + body.length);
    System.arraycopy(body, 0, all, head.length, body.length);
    return new Hostile("data " + new String(body, UTF_8), 400, true, all);
  }

  private static Stream<Hostile> tokens() {
    return TokenTest.bad()
        .map(each -> "Authorization: Bearer " + each.get()[1] + "\r\n")
        .map(header -> refused(401, "GET", "events?topic=t", header));
  }

  private static Stream<Hostile> origins() {
    return AllowedOriginsTest.others()
        .map(origin -> refused(403, "POST", "update?topic=bytes", "Origin: " + origin + "\r\n"));
  }
}
