package dev.outpour.json;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import dev.outpour.update.Generators;
import dev.outpour.update.Refusal;
import dev.outpour.update.RefusedException;
import dev.outpour.update.Samples;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.Json;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.stream.Stream;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class PayloadCheckTest {

  static Stream<String> json() {
    return Stream.of(
        "{}",
        "[]",
        "null",
        "true",
        "false",
        "0",
        "-0",
        "42",
        "-1.5e+10",
        "1E-2",
        "1e999999999",
        "-1e-999999999",
        "123456789012345678901234567890.5",
        "\"\"",
        "\"text\"",
        "\"\\u0000\\n\\t\\/\\\\\\\"\"",
        "\"\\ud800\"",
        "\"\\udc00\\ud800\"",
        "\"\u2028\u2029\u0085\u007f\"",
        "\"ä€🌊\"",
        " \t\r\n{ \"a\" : [ 1 , 2 ] } \t\r\n",
        "{\"a\":1,\"a\":2}",
        "{\"\":0}",
        "{\"ä\":{\"b\":[[],{},null,true,false]}}",
        "[" + "1,".repeat(20_000) + "1]",
        "9".repeat(1000),
        "[" + "9".repeat(1000) + "]",
        "\"" + "x".repeat(1 << 20) + "\"",
        "{\"" + "n".repeat(1 << 20) + "\":0}",
        "[".repeat(1000) + "]".repeat(1000),
        "{\"a\":".repeat(1000) + "1" + "}".repeat(1000));
  }

  @ParameterizedTest
  @MethodSource("json")
  void jsonIsTaken(String text) {
    assertThatCode(() -> PayloadCheck.checkJson(Buffer.buffer(text))).doesNotThrowAnyException();
  }

  static Stream<String> notJson() {
    return Stream.of(
        "",
        " ",
        "\n",
        "{",
        "}",
        "[",
        "]",
        "{]",
        "[}",
        "[1",
        "[1,",
        "[1,]",
        "[,1]",
        "[1 2]",
        "{\"a\"}",
        "{\"a\":}",
        "{\"a\":1,}",
        "{\"a\" 1}",
        "{a:1}",
        "{'a':1}",
        "{1:1}",
        "'a'",
        "\"",
        "\"a",
        "\"a\nb\"",
        "\"a\tb\"",
        "\"a\0b\"",
        "\"\\x\"",
        "\"\\u12\"",
        "\"\\u12g4\"",
        "nul",
        "nulll",
        "True",
        "tru",
        "truee",
        "NaN",
        "-NaN",
        "Infinity",
        "-Infinity",
        "undefined",
        "01",
        "-01",
        "+1",
        ".5",
        "-",
        "-.5",
        "1.",
        "1.e5",
        "1e",
        "1e+",
        "[1.]",
        "[1e]",
        "[-]",
        "0x10",
        "1_000",
        "1 2",
        "1,",
        "{}{}",
        "{} {}",
        "[]]",
        "{} x",
        "null null",
        "\"a\"\"b\"",
        "[1]//",
        "/* */[1]",
        "# 1",
        "message=hello",
        "\ufeff{}",
        "\u00a0{}",
        "{}\0",
        "\0",
        "9".repeat(1001),
        "[" + "9".repeat(1001) + "]",
        "0." + "9".repeat(1001),
        "[1." + "9".repeat(1001) + "]",
        "[".repeat(1001) + "]".repeat(1001),
        "{\"a\":".repeat(1001) + "1" + "}".repeat(1001),
        "[".repeat(1 << 20));
  }

  @ParameterizedTest
  @MethodSource("notJson")
  void whatIsNotOneJsonTextIsRefusedWithWhatToChange(String text) {
    Refusal refusal = Samples.refusalOf(() -> PayloadCheck.checkJson(Buffer.buffer(text)));
    assertThat(refusal.status()).isEqualTo(400);
    assertThat(refusal.detail()).isNotBlank().doesNotContain("\n").hasSizeLessThan(400);
  }

  @Test
  void jsonInUtf16IsRefused() {
    for (var charset :
        new Charset[] {
          StandardCharsets.UTF_16, StandardCharsets.UTF_16LE, StandardCharsets.UTF_16BE
        }) {
      Buffer data = Buffer.buffer("{\"a\":1}".getBytes(charset));
      assertThat(Samples.refusalOf(() -> PayloadCheck.checkJson(data)).status()).isEqualTo(400);
    }
  }

  @Test
  void detailSaysWhereTheMistakeIs() {
    assertThat(
            Samples.refusalOf(() -> PayloadCheck.checkJson(Buffer.buffer("{\n  \"a\": x\n}")))
                .detail())
        .contains("line 2");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "ff",
        "80",
        "c3",
        "c328",
        "c080",
        "e28228",
        "eda080",
        "edb080",
        "f08080af",
        "f4908080",
        "f5808080",
        "e282",
        "f09f8c"
      })
  void bytesThatAreNotUtf8AreRefused(String hex) {
    byte[] bytes = HexFormat.of().parseHex(hex);
    Buffer quoted = Buffer.buffer("\"").appendBytes(bytes).appendString("\"");
    assertThat(Samples.refusalOf(() -> PayloadCheck.checkUtf8(Buffer.buffer(bytes))).status())
        .isEqualTo(400);
    assertThat(Samples.refusalOf(() -> PayloadCheck.checkJson(quoted)).status()).isEqualTo(400);
  }

  @Test
  void emptyTextIsText() {
    assertThatCode(() -> PayloadCheck.checkUtf8(Buffer.buffer())).doesNotThrowAnyException();
  }

  @Provide
  Arbitrary<String> texts() {
    return Generators.texts();
  }

  @Property
  void everyTextIsTextAndIsJsonOnceItIsEncodedSo(@ForAll("texts") String text) {
    PayloadCheck.checkUtf8(Buffer.buffer(text));
    PayloadCheck.checkJson(Buffer.buffer(Json.encode(text)));
  }

  @Property
  void bytesAreUtf8IfTheJdkSaysSo(@ForAll byte[] bytes) {
    boolean strict;
    try {
      PayloadCheck.checkUtf8(Buffer.buffer(bytes));
      strict = true;
    } catch (RefusedException e) {
      strict = false;
    }
    String decoded = new String(bytes, StandardCharsets.UTF_8);
    boolean same = Arrays.equals(decoded.getBytes(StandardCharsets.UTF_8), bytes);
    assertThat(strict).isEqualTo(same);
  }
}
