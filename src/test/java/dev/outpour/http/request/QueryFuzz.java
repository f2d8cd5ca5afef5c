package dev.outpour.http.request;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import com.code_intelligence.jazzer.mutation.annotation.NotNull;
import dev.outpour.update.RefusedException;
import dev.outpour.update.Topic;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import org.junit.jupiter.params.provider.ValueSource;

/** Any query is parsed as the JDK parses it, or refused; so are its topics. */
class QueryFuzz {

  @ValueSource(
      strings = {
        "topic=a%2Fb&key=k",
        "topic=a+%C3%A4&topic=outpour%2fx",
        "event=&&topic=%F0%9F%8C%8A"
      })
  @FuzzTest
  void isReadAsTheJdkReadsItOrRefused(@NotNull String raw) {
    try {
      Query query = Query.parse(raw, Set.of("key", "event"), "topic");
      StringBuilder topics = new StringBuilder();
      for (String topic : query.all("topic")) {
        topics
            .append("topic=")
            .append(URLEncoder.encode(topic, StandardCharsets.UTF_8))
            .append('&');
      }
      assertThat(topics).hasToString(asTheJdkReads(raw));
      query.all("topic").forEach(QueryFuzz::assertIsTopicOrRefused);
    } catch (RefusedException e) {
      assertThat(e.refusal().status()).isEqualTo(400);
    }
  }

  /** The topics of an accepted query. */
  private static String asTheJdkReads(String raw) {
    StringBuilder topics = new StringBuilder();
    for (String pair : raw.split("&")) {
      int equals = pair.indexOf('=');
      String name =
          URLDecoder.decode(equals < 0 ? pair : pair.substring(0, equals), StandardCharsets.UTF_8);
      String value =
          equals < 0 ? "" : URLDecoder.decode(pair.substring(equals + 1), StandardCharsets.UTF_8);
      if (name.equals("topic")) {
        topics
            .append("topic=")
            .append(URLEncoder.encode(value, StandardCharsets.UTF_8))
            .append('&');
      }
    }
    return topics.toString();
  }

  private static void assertIsTopicOrRefused(String name) {
    boolean hasControl = name.chars().anyMatch(Character::isISOControl);
    boolean hasStar = name.contains("*");
    int bytes = name.getBytes(StandardCharsets.UTF_8).length;
    boolean hasEmptySegment = ("/" + name + "/").contains("//");
    boolean isReserved = (name + "/").startsWith("outpour/");
    boolean isTopic = !hasControl && !hasStar && bytes <= 256 && !hasEmptySegment && !isReserved;
    try {
      assertThat(Topic.parse(name).name()).isEqualTo(name);
      assertThat(isTopic).isTrue();
    } catch (RefusedException e) {
      assertThat(e.refusal().status()).isEqualTo(400);
      assertThat(isTopic).isFalse();
    }
  }
}
