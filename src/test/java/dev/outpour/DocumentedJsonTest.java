package dev.outpour;

import static org.assertj.core.api.Assertions.assertThat;

import dev.outpour.auth.Tokens;
import dev.outpour.settings.Settings;
import dev.outpour.settings.SettingsException;
import examples.Block;
import examples.Document;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Has the hub read all JSON of the documentation: parts of a configuration, and token claims. */
class DocumentedJsonTest {

  /** Settings that name files, and existing files for them. */
  private static final Map<String, Path> FILES =
      Map.of(
          "keys", Path.of("src/test/resources/auth/public.pem"),
          "revokedFile", Path.of("src/test/resources/auth/revoked"),
          "tlsCertificate", TestCertificate.shared().certificate(),
          "tlsKey", TestCertificate.shared().key(),
          "tlsTrust", TestCertificate.shared().certificate());

  static List<Arguments> blocks() throws IOException {
    List<Arguments> all = new ArrayList<>();
    for (Document document : Document.all()) {
      for (Block block : document.blocks()) {
        if (block.language().equals("json") && block.notRun().isEmpty()) {
          all.add(Arguments.of(document + ", line " + block.line(), block.code()));
        }
      }
    }
    return all;
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("blocks")
  void theHubTakesWhatIsShown(String place, String code) throws Exception {
    JsonObject json = new JsonObject(code.startsWith("\"") ? "{" + code + "}" : code);
    if (json.containsKey("outpour")) {
      assertThat(statusWith(Tokens.of(json.encode()))).as(place).isEqualTo(200);
    } else {
      assertThat(faults(json)).as(place).isEmpty();
    }
  }

  private static List<String> faults(JsonObject shown) {
    for (String name : shown.fieldNames()) {
      JsonObject section = shown.getJsonObject(name);
      FILES.forEach(
          (key, file) -> {
            if (section.getValue(key) instanceof JsonArray) {
              section.put(key, new JsonArray().add(file.toString()));
            } else if (section.containsKey(key)) {
              section.put(key, file.toString());
            }
          });
    }
    try {
      // Added to a minimal configuration.
      Configuration.ofAll(
          new Settings(
              new JsonObject().put("ingest", new JsonObject()).mergeIn(shown, true),
              Map.of(),
              Map.of()));
      return List.of();
    } catch (SettingsException e) {
      return e.faults();
    }
  }

  private static int statusWith(String token) throws Exception {
    JsonObject auth = new JsonObject().put("hmacSecret", Tokens.SECRET);
    try (TestHub hub = TestHub.start(new JsonObject().put("auth", auth));
        RawHttp connection = hub.connect()) {
      String head = "POST /update?topic=orders/1 HTTP/1.1\r\nHost: localhost\r\n";
      return connection
          .send(head + "Authorization: Bearer " + token + "\r\nContent-Length: 1\r\n\r\n1")
          .answer()
          .status();
    }
  }
}
