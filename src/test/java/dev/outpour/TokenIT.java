package dev.outpour;

import static org.assertj.core.api.Assertions.assertThat;

import dev.outpour.auth.Tokens;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The command {@code token}, and a hub that accepts its tokens and never logs them. */
class TokenIT {

  @TempDir private Path directory;

  private record Ended(int code, String output, String errors) {}

  private Ended token(String... options) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(HubProcess.QUICK);
    command.addAll(List.of("-jar", System.getProperty("outpour.jar"), "token"));
    command.addAll(List.of(options));
    Path output = directory.resolve("output");
    Path errors = directory.resolve("errors");
    Process process =
        new ProcessBuilder(command)
            .directory(directory.toFile())
            .redirectOutput(output.toFile())
            .redirectError(errors.toFile())
            .start();
    try {
      assertThat(process.waitFor(Await.LONG.toSeconds(), TimeUnit.SECONDS)).isTrue();
    } finally {
      process.destroyForcibly();
    }
    return new Ended(process.exitValue(), Files.readString(output), Files.readString(errors));
  }

  @Test
  void whatItSignsCountsAndIsNeverLogged() throws Exception {
    JsonObject configuration =
        new JsonObject()
            .put("http", new JsonObject().put("port", 0))
            .put("ingest", new JsonObject())
            .put("history", new JsonObject().put("store", "memory"))
            .put("logging", new JsonObject().put("level", "debug"))
            .put("auth", new JsonObject().put("hmacSecret", Tokens.SECRET).put("issuer", "me"));
    Path conf = Files.writeString(directory.resolve("conf.json"), configuration.encode());

    Ended ended = token("--publish", "orders/**", "--subscribe", "**", "-conf", conf.toString());

    assertThat(ended.code()).as(ended.errors()).isZero();
    assertThat(ended.errors()).isEmpty();
    String token = ended.output().strip();
    String foreign = Tokens.of("orders/**", "**");
    try (HubProcess hub = HubProcess.start(directory, "-conf", conf.toString())) {
      int port = hub.awaitPort();
      assertThat(publish(port, "orders/1", token)).isEqualTo(200);
      assertThat(publish(port, "stocks", token)).isEqualTo(403);
      assertThat(publish(port, "orders/1", foreign)).isEqualTo(401);
      assertThat(publish(port, "a*", token)).isEqualTo(400);
      String query = "&last=1&access_token=";
      try (SseClient reader = SseClient.to(port, "/events?topic=orders/*" + query + token).open()) {
        reader.awaitEvents(1);
      }
      for (String path : List.of("/events?nonsense=1&access_token=", "/nowhere?access_token=")) {
        try (RawHttp raw = RawHttp.connect(port)) {
          raw.send("GET " + path + token + " HTTP/1.1\r\nHost: localhost\r\n\r\n");
          assertThat(raw.answer().status()).isBetween(400, 404);
        }
      }
      hub.terminate().awaitExit();
      assertThat(String.join("\n", hub.output()))
          .contains("Ready")
          .doesNotContain(token)
          .doesNotContain(foreign)
          .doesNotContain(Tokens.SECRET);
    }
  }

  private static int publish(int port, String topic, String token) {
    try (RawHttp raw = RawHttp.connect(port)) {
      raw.send("POST /update?topic=" + topic + "&access_token=" + token + " HTTP/1.1\r\n");
      raw.send("Host: localhost\r\nContent-Length: 1\r\n\r\n1");
      return raw.answer().status();
    }
  }

  @Test
  void noTokenAndNoKeyIsLoggedWhereverItStandsAndWhateverBecomesOfIt() throws Exception {
    String key = "till-secret-of-32-characters-or-so";
    JsonObject till =
        new JsonObject()
            .put("name", "till")
            .put("sha256", Tokens.sha256(key))
            .put("publish", new JsonArray().add("a"))
            .put("operate", true);
    JsonObject configuration =
        new JsonObject()
            .put(
                "http",
                new JsonObject()
                    .put("port", 0)
                    .put("accessLog", true)
                    .put("serve", new JsonArray(List.of("page", "events", "update", "revoke"))))
            .put("ingest", new JsonObject())
            .put("history", new JsonObject().put("store", "memory"))
            .put("logging", new JsonObject().put("level", "debug"))
            .put(
                "auth",
                new JsonObject()
                    .put("hmacSecret", Tokens.SECRET)
                    .put("cookie", "session")
                    .put("apiKeys", new JsonArray().add(till)));
    JsonObject rights = Tokens.rights("a", "a");
    String good = Tokens.of(Tokens.claims(rights));
    String expired = Tokens.of(Tokens.claims(rights, Instant.ofEpochSecond(1)).encode());
    String forged = good.substring(0, good.length() - 4) + "AAAA";
    List<String> secrets = List.of(good, expired, forged, key, key + "-not");
    Path conf = Files.writeString(directory.resolve("conf.json"), configuration.encode());
    try (HubProcess hub = HubProcess.start(directory, "-conf", conf.toString())) {
      int port = hub.awaitPort();
      for (String secret : secrets) {
        for (String path :
            List.of("/update", "/events", "/revoke", "/nowhere", "/", "/%65vents", "/a b")) {
          for (String method : List.of("GET", "POST", "HEAD", "FOO")) {
            ask(port, method + " " + path + "?access_token=" + secret, "");
            ask(port, method + " " + path + "?access%5ftoken=" + secret, "");
            ask(port, method + " " + path, "Authorization: Bearer " + secret + "\r\n");
            ask(port, method + " " + path, "Authorization: Basic " + secret + "\r\n");
            ask(port, method + " " + path, "Cookie: session=" + secret + "\r\n");
            ask(port, method + " " + path, "Cookie: session=" + secret + "\r\n folded\r\n");
          }
        }
      }
      hub.terminate().awaitExit();
      String output = String.join("\n", hub.output());
      assertThat(output).contains("Ready").contains("AccessLog").contains("ThrottledLog");
      assertThat(output).doesNotContain(Tokens.SECRET);
      for (String secret : secrets) {
        assertThat(output).doesNotContain(secret.split("\\."));
      }
    }
  }

  /** Sends a request and leaves when an answer begins. */
  private static void ask(int port, String request, String headers) {
    try (RawHttp raw = RawHttp.connect(port)) {
      raw.send(request + " HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1\r\n");
      raw.send(headers + "\r\n1").readUntil("\r\n\r\n");
    }
  }

  @Test
  void whatCannotBeSignedIsSaidInALine() throws Exception {
    Path conf = Files.writeString(directory.resolve("conf.json"), "{\"http\": {}}");

    Ended ended = token("--publish", "a", "-conf", conf.toString());

    assertThat(ended.code()).isEqualTo(2);
    assertThat(ended.output()).isEmpty();
    assertThat(ended.errors().lines())
        .singleElement()
        .asString()
        .startsWith("There is no key to sign with: set auth.hmacSecret");
  }
}
