package dev.outpour.http.request;

import static org.assertj.core.api.Assertions.assertThat;

import dev.outpour.update.Generators;
import dev.outpour.update.Samples;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class QueryTest {

  private static Query query(@Nullable String raw) {
    return Query.parse(raw, Set.of("event", "key"), "topic");
  }

  @ParameterizedTest
  @CsvSource({
    "topic=a, a",
    "topic=a%2Fb, a/b",
    "topic=a/b, a/b",
    "topic=a+b, a b",
    "topic=a%20b, a b",
    "topic=a%2Bb, a+b",
    "topic=%C3%A4%e2%82%ac, ä€",
    "topic=%F0%9F%8C%8A, 🌊",
    "topic=a=b=c, a=b=c",
    "topic=%2541, %41",
    "t%6fpic=a, a",
    "&&topic=a&, a",
    "topic=a;b, a;b",
    "topic=%26, &"
  })
  void valuesAreDecodedOnce(String raw, String topic) {
    assertThat(query(raw).all("topic")).containsExactly(topic);
  }

  @Test
  void repeatedValuesKeepTheirOrder() {
    assertThat(query("topic=b&key=k&topic=a&topic=b").all("topic")).containsExactly("b", "a", "b");
  }

  @Test
  void whatIsNotGivenIsAbsentAndWhatIsEmptyIsEmpty() {
    assertThat(query(null).one("key")).isEmpty();
    assertThat(query("").all("topic")).isEmpty();
    assertThat(query("event=x").one("key")).isEmpty();
    assertThat(query("key").one("key")).contains("");
    assertThat(query("key=").one("key")).contains("");
  }

  @Test
  void nulIsAByteLikeOthersHereAndLeftToWhoeverReadsTheValue() {
    assertThat(query("topic=%00").all("topic")).containsExactly("\0");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "tpoic=a",
        "Topic=a",
        "=a",
        "=",
        "topic%3Da",
        "topic[]=a",
        "key=a&key=a",
        "event=a&key=b&event=a",
        "topic=%",
        "topic=%4",
        "topic=a%",
        "topic=%zz",
        "topic=%-1",
        "topic=%+1",
        "topic=%\uff11\uff11",
        "topic=%ff",
        "topic=%c3",
        "topic=%c0%80",
        "topic=%ed%a0%80",
        "topic=%f4%90%80%80",
        "topic=ä",
        "k%FFey=a"
      })
  void whatIsMisspeltIsRefused(String raw) {
    assertThat(Samples.refusalOf(() -> query(raw)).status()).isEqualTo(400);
  }

  @Test
  void unknownParameterIsToldTheKnownOnes() {
    assertThat(Samples.refusalOf(() -> query("tpoic=a")).detail())
        .contains("tpoic", "topic", "event", "key");
  }

  @ParameterizedTest
  @ValueSource(strings = {"eyJhbGci", "access_token%3Dsecret", "access_token%3Dsecret=1"})
  void whatMayBeASecretInTheWrongPlaceIsNotShown(String raw) {
    assertThat(Samples.refusalOf(() -> query(raw)).detail())
        .startsWith("Unknown parameter: use ")
        .doesNotContain("eyJ", "secret");
  }

  @Provide
  Arbitrary<List<String>> texts() {
    return Generators.texts().list().ofMaxSize(5);
  }

  @Property
  void whatTheJdkEncodesComesBack(@ForAll("texts") List<String> texts) {
    List<String> pairs =
        texts.stream()
            .map(text -> "topic=" + URLEncoder.encode(text, StandardCharsets.UTF_8))
            .toList();
    assertThat(query(String.join("&", pairs)).all("topic")).isEqualTo(texts);
  }
}
