package dev.outpour.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.outpour.RawHttp;
import dev.outpour.SseClient;
import io.vertx.core.json.JsonObject;
import java.net.http.HttpResponse;

/** Checks that an answer is a problem by RFC 9457; gives its members back. */
final class Problems {

  private Problems() {}

  static JsonObject check(int status, HttpResponse<String> answer) {
    String type = answer.headers().firstValue("Content-Type").orElse("none");
    return check(status, answer.statusCode(), type, answer.body());
  }

  static JsonObject check(int status, RawHttp.Answer answer) {
    assertThat(answer.header("X-Content-Type-Options")).isEqualTo("nosniff");
    return check(status, answer.status(), answer.header("Content-Type"), answer.body());
  }

  static JsonObject check(int status, SseClient answer) {
    return check(status, answer.status(), answer.header("Content-Type"), answer.refusal());
  }

  private static JsonObject check(int status, int actual, String contentType, String body) {
    assertThat(actual).as(body).isEqualTo(status);
    assertThat(contentType).isEqualTo("application/problem+json");
    JsonObject problem = new JsonObject(body);
    assertThat(problem.getString("type")).isEqualTo("about:blank");
    assertThat(problem.getString("title")).isNotBlank();
    assertThat(problem.getInteger("status")).isEqualTo(status);
    assertThat(problem.getString("detail")).isNotBlank();
    return problem;
  }
}
