package dev.outpour.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.outpour.RawHttp;
import dev.outpour.SseClient;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.vertx.core.json.JsonObject;
import java.net.http.HttpResponse;
import java.util.Map;

/** Checks that an answer is a problem (RFC 9457); returns its members. */
public final class Problems {

  /** Titles of RFC 9110, section 15.5; some of Netty's are older. */
  private static final Map<Integer, String> TITLES =
      Map.of(
          413, "Content Too Large",
          414, "URI Too Long",
          416, "Range Not Satisfiable",
          422, "Unprocessable Content");

  private Problems() {}

  private static String title(int status) {
    return HttpResponseStatus.valueOf(status).reasonPhrase();
  }

  public static JsonObject check(int status, HttpResponse<String> answer) {
    String type = answer.headers().firstValue("Content-Type").orElse("none");
    return check(status, answer.statusCode(), type, answer.body());
  }

  public static JsonObject check(int status, RawHttp.Answer answer) {
    assertThat(answer.header("X-Content-Type-Options")).isEqualTo("nosniff");
    assertThat(answer.header("Cache-Control")).isEqualTo("no-store");
    assertThat(answer.header("X-Request-Id")).isNotBlank();
    return check(status, answer.status(), answer.header("Content-Type"), answer.body());
  }

  public static JsonObject check(int status, SseClient answer) {
    return check(status, answer.status(), answer.header("Content-Type"), answer.refusal());
  }

  private static JsonObject check(int status, int actual, String contentType, String body) {
    assertThat(actual).as(body).isEqualTo(status);
    assertThat(contentType).isEqualTo("application/problem+json");
    JsonObject problem = new JsonObject(body);
    assertThat(problem.getString("type")).isEqualTo("about:blank");
    assertThat(problem.getString("title")).isEqualTo(TITLES.getOrDefault(status, title(status)));
    assertThat(problem.getInteger("status")).isEqualTo(status);
    assertThat(problem.getString("detail")).isNotBlank();
    assertThat(problem.getString("request")).isNotBlank();
    return problem;
  }
}
