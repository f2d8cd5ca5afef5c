package dev.outpour.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.outpour.RawHttp;
import java.nio.charset.StandardCharsets;

/**
 * A hostile input, and the expected reaction.
 *
 * @param name what is wrong with the input
 * @param status the status of the answer; 0: no answer
 * @param closes whether the hub ends the connection
 */
record Hostile(String name, int status, boolean closes, byte[] bytes) {

  private static final String HEALTH = "GET /health HTTP/1.1\r\nHost: localhost\r\n\r\n";

  static Hostile refused(String name, int status, String text) {
    return new Hostile(name, status, true, text.getBytes(StandardCharsets.UTF_8));
  }

  static Hostile answered(String name, int status, String text) {
    return new Hostile(name, status, false, text.getBytes(StandardCharsets.UTF_8));
  }

  /** Checks the reaction on the connection over which the input was sent. */
  void check(RawHttp connection) {
    if (status > 0) {
      RawHttp.Answer answer = connection.answer();
      assertThat(answer.status()).as("%s: %s", name, answer.body()).isEqualTo(status);
      if (status >= 400) {
        Problems.check(status, answer);
      }
    }
    if (closes) {
      connection.awaitClose();
    } else {
      connection.send(HEALTH);
      assertThat(connection.answer().status()).as(name).isEqualTo(200);
    }
  }

  @Override
  public String toString() {
    return name;
  }
}
