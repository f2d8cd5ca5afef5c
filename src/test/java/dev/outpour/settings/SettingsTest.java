package dev.outpour.settings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class SettingsTest {
  private enum Fruit {
    APPLE,
    PEAR
  }

  private static Settings file(String json) {
    return Settings.of(new JsonObject(json));
  }

  private static List<String> faults(Settings settings) {
    return catchThrowableOfType(SettingsException.class, settings::checkAll).faults();
  }

  @Test
  void theEnvironmentWinsOverTheFileAndAPropertyOverBoth() {
    JsonObject file = new JsonObject("{\"a\": {\"one\": 1, \"two\": 1, \"three\": 1}}");
    Map<String, String> environment = Map.of("OUTPOUR_A_TWO", "2", "OUTPOUR_A_THREE", "2");
    Settings settings = new Settings(file, environment, Map.of("outpour.a.three", "3"));

    Section a = settings.section("a");

    assertThat(a.integer("one", 0, 0, 9)).isEqualTo(1);
    assertThat(a.integer("two", 0, 0, 9)).isEqualTo(2);
    assertThat(a.integer("three", 0, 0, 9)).isEqualTo(3);
    assertThat(a.integer("four", 4, 0, 9)).isEqualTo(4);
    assertThat(settings.effective())
        .isEqualTo(new JsonObject("{\"a\": {\"one\": 1, \"two\": 2, \"three\": 3, \"four\": 4}}"));
    settings.checkAll();
  }

  @Test
  void anAbsentSectionIsNotBroughtUpFromOutside() {
    Settings settings = new Settings(new JsonObject(), Map.of("OUTPOUR_A_ONE", "1"), Map.of());

    assertThat(settings.has("a")).isFalse();
  }

  @Test
  void aDormantSectionMakesItsKeysKnownAndJudgesNothing() {
    Settings settings =
        new Settings(
            new JsonObject("{\"a\": {\"one\": \"x\", \"unheard\": 1}}"),
            Map.of("OUTPOUR_A_ONE", "y"),
            Map.of("outpour.a.one", "z"));

    assertThat(settings.dormantSection("a").integer("one", 7, 0, 9)).isEqualTo(7);

    settings.checkAll();
    assertThat(settings.unknownVariables()).isEmpty();
    assertThat(settings.ignoredSections()).containsExactly("a");
    assertThat(settings.effective()).isEmpty();
  }

  @Test
  void allFaultsAreToldTogetherEachWithItsPath() {
    Settings settings =
        new Settings(
            new JsonObject(
                """
                {"a": {"number": 10, "flag": "yes", "word": "plum", "text": " ", "list": "x",
                       "nothing": null, "nmber": 1},
                 "b": 5, "c": {}}
                """),
            Map.of("OUTPOUR_A_WORDS", "apple, fig"),
            Map.of("outpour.a.colour", "red"));
    Section a = settings.section("a");
    a.integer("number", 0, 0, 9);
    a.flag("flag", false);
    a.word("word", Fruit.APPLE);
    a.text("text", "t");
    a.texts("list", List.of(), text -> {});
    a.integer("nothing", 0, 0, 9);
    a.words("words", Fruit.class, EnumSet.allOf(Fruit.class));
    a.text("color", "blue");
    settings.section("b");

    assertThat(faults(settings))
        .containsExactlyInAnyOrder(
            "a.number: must be a whole number from 0 to 9, but is 10",
            "a.flag: must be true or false, but is \"yes\"",
            "a.word: must be apple or pear, but is \"plum\"",
            "a.text: must be a text in quotes that is not blank, but is \" \"",
            "a.list: must be a list of texts, but is \"x\"",
            "a.nothing: must not be null; leave it out for the default",
            "a.words: must be apple or pear, but is [\"apple\",\"fig\"] (OUTPOUR_A_WORDS)",
            "a.nmber: unknown key; did you mean a.number?",
            "b: must be an object of keys and values",
            "c: unknown section; did you mean a?",
            "-Doutpour.a.colour: unknown property; did you mean -Doutpour.a.color?");
  }

  @Test
  void numbersThatAreNotWholeOrTooLargeAreFaults() {
    Settings settings = file("{\"a\": {\"half\": 1.5, \"huge\": 4294967297, \"quoted\": \"1\"}}");
    Section a = settings.section("a");
    a.integer("half", 0, 0, 9);
    a.integer("huge", 0, 0, 9);
    a.integer("quoted", 0, 0, 9);

    assertThat(faults(settings)).hasSize(3);
  }

  @Test
  void listsFromOutsideAreDividedByComma() {
    Settings settings =
        new Settings(
            new JsonObject(),
            Map.of("OUTPOUR_A_MANY_TEXTS", "x, y,,z", "OUTPOUR_A_NONE", ""),
            Map.of());
    Section a = settings.section("a");

    assertThat(a.texts("manyTexts", List.of(), text -> {})).containsExactly("x", "y", "z");
    assertThat(a.texts("none", List.of("d"), text -> {})).isEmpty();
    assertThat(settings.effective().getJsonObject("a").getJsonArray("manyTexts"))
        .isEqualTo(JsonArray.of("x", "y", "z"));
  }

  @Test
  void anUnknownVariableIsNoFault() {
    Settings settings =
        new Settings(new JsonObject(), Map.of("OUTPOUR_HTP_PORT", "3000", "HOME", "/"), Map.of());
    settings.section("a").flag("one", false);

    settings.checkAll();

    assertThat(settings.unknownVariables()).containsExactly("OUTPOUR_HTP_PORT");
  }

  @Test
  void variablesThatKubernetesSetsForServicesAreNotWarnedOf() {
    String address = "tcp://10.0.0.7:3000";
    Map<String, String> links =
        Map.of(
            "OUTPOUR_PORT", address,
            "OUTPOUR_SERVICE_HOST", "10.0.0.7",
            "OUTPOUR_SERVICE_PORT", "3000",
            "OUTPOUR_SERVICE_PORT_HTTP", "3000",
            "OUTPOUR_PORT_3000_TCP", address,
            "OUTPOUR_PORT_3000_TCP_PROTO", "tcp",
            "OUTPOUR_PORT_3000_TCP_PORT", "3000",
            "OUTPOUR_NODES_PORT_5701_TCP_ADDR", "10.0.0.7");

    assertThat(new Settings(new JsonObject(), links, Map.of()).unknownVariables()).isEmpty();
  }

  @Test
  void settingThatAServiceLinkHasSetSaysSo() {
    Settings settings =
        new Settings(new JsonObject(), Map.of("OUTPOUR_A_PORT", "tcp://10.0.0.7:3000"), Map.of());
    settings.section("a").integer("port", 3000, 0, 65_535);

    assertThat(faults(settings))
        .containsExactly(
            "a.port: must be a whole number from 0 to 65535, but is \"tcp://10.0.0.7:3000\""
                + " (OUTPOUR_A_PORT); a service link of Kubernetes set it: give the pod"
                + " enableServiceLinks: false");
  }

  @Test
  void aVerticleAloneLeavesOtherSectionsToOthers() {
    Settings settings = file("{\"a\": {\"one\": true}, \"mine of another\": {\"x\": 1}}");
    settings.section("a").flag("one", false);

    settings.check();
  }

  @Test
  void secretsAreHandedOnAndNeverShown() {
    Settings settings =
        file("{\"a\": {\"password\": \"hunter2\", \"pin\": 9753, \"open\": \"o\"}}");
    Section a = settings.section("a");
    assertThat(a.secret("password")).isEqualTo("hunter2");
    a.secret("pin");
    a.text("open", "none");

    assertThat(settings.toString()).contains("***").contains("\"o\"").doesNotContain("hunter2");
    assertThat(settings.effective().getJsonObject("a").getString("password")).isEqualTo("hunter2");
    assertThat(faults(settings)).containsExactly("a.pin: must be a text in quotes");
  }

  @Test
  void whatIsSetAndEmptyIsAFaultWhereItMayHaveBeenMeantToClose() {
    Settings settings =
        new Settings(
            new JsonObject("{\"a\": {\"issuer\": \"\", \"keys\": []}}"),
            Map.of("OUTPOUR_A_SECRET", "", "OUTPOUR_A_KEYS_OF_OTHERS", " , "),
            Map.of("outpour.a.token", ""));
    Section a = settings.section("a");

    assertThat(a.secret("secret")).isEmpty();
    assertThat(a.secret("token")).isEmpty();
    assertThat(a.optional("issuer", any -> {})).isEmpty();
    a.texts("keys", List.of(), any -> {});
    a.checkGiven("keys");
    a.texts("keysOfOthers", List.of(), any -> {});
    a.checkGiven("keysOfOthers");
    a.texts("leftOut", List.of(), any -> {});
    a.checkGiven("leftOut");
    assertThat(a.secret("leftOutToo")).isEmpty();

    assertThat(faults(settings))
        .hasSize(5)
        .allSatisfy(
            fault -> assertThat(fault).contains("is set and empty: give it a value, or leave it"))
        .anySatisfy(fault -> assertThat(fault).startsWith("a.secret: "))
        .anySatisfy(fault -> assertThat(fault).startsWith("a.keysOfOthers: "))
        .noneSatisfy(fault -> assertThat(fault).contains("leftOut"));
  }

  @Test
  void whatIsLeftOutIsLeftOutOfWhatAVerticleIsHanded() {
    Settings settings = file("{\"a\": {}}");
    Section a = settings.section("a");
    a.secret("secret");
    a.texts("keys", List.of(), any -> {});

    Settings handed = new Settings(settings.effective(), Map.of(), Map.of());
    Section again = handed.section("a");
    again.secret("secret");
    again.texts("keys", List.of(), any -> {});
    again.checkGiven("keys");
    handed.checkAll();
  }

  @Test
  void secretWithBlanksAtItsEndsIsAFaultThatDoesNotShowIt() {
    for (String secret : List.of("hunter2\n", " hunter2", "hunter2\r\n", "   ")) {
      Settings settings =
          new Settings(new JsonObject(), Map.of("OUTPOUR_A_PASSWORD", secret), Map.of());
      settings.section("a").secret("password");
      assertThat(faults(settings))
          .singleElement()
          .asString()
          .contains("a.password: begins or ends with a blank or a line end")
          .doesNotContain("hunter2");
    }
  }

  @Test
  void aKeyKnowsItsNamesAndItsUnit() {
    SettingKey key = new SettingKey("history.keepUpdates", 5, false);

    assertThat(key.environmentVariable()).isEqualTo("OUTPOUR_HISTORY_KEEP_UPDATES");
    assertThat(key.property()).isEqualTo("outpour.history.keepUpdates");
    assertThat(key.unit()).isEqualTo("updates");
    assertThat(key.defaultText()).isEqualTo("5");
    assertThat(new SettingKey("http.port", JsonArray.of(), false).defaultText()).isEqualTo("none");
  }

  @Test
  void onlyWhatIsNearIsSuggested() {
    assertThat(Nearest.to("http.prot", List.of("http.host", "http.port"))).contains("http.port");
    assertThat(Nearest.to("keepupdates", List.of("keepUpdates"))).contains("keepUpdates");
    assertThat(Nearest.to("something", List.of("http", "ingest"))).isEmpty();
    assertThat(Nearest.distance("kitten", "sitting")).isEqualTo(3);
  }
}
