package dev.outpour.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Vertx;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.json.schema.Draft;
import io.vertx.json.schema.JsonSchema;
import io.vertx.json.schema.JsonSchemaOptions;
import io.vertx.json.schema.OutputFormat;
import io.vertx.json.schema.OutputUnit;
import io.vertx.json.schema.SchemaRepository;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Checks answers against an OpenAPI 3.1 description. */
final class ApiDocument {

  private static final String BASE = "https://hub.example/openapi.json";
  private static final String OPENAPI = "spec.openapis.org/oas/3.1/";
  private static final String DOCUMENTS = OPENAPI + "schema-base/2022-10-07";

  private final JsonObject document;
  private final SchemaRepository schemas;

  /** The answers seen so far, as {@code get /events 200}. */
  private final Set<String> seen = new TreeSet<>();

  ApiDocument(Vertx vertx, JsonObject document) {
    this.document = document;
    this.schemas =
        SchemaRepository.create(
                new JsonSchemaOptions()
                    .setBaseUri("https://hub.example/")
                    .setDraft(Draft.DRAFT202012)
                    .setOutputFormat(OutputFormat.Basic))
            .preloadMetaSchema(vertx.fileSystem());
    for (String name :
        List.of(
            OPENAPI + "meta/base",
            OPENAPI + "dialect/base",
            OPENAPI + "schema/2022-10-07",
            DOCUMENTS)) {
      schemas.dereference(
          "https://" + name,
          JsonSchema.of(new JsonObject(vertx.fileSystem().readFileBlocking(name))));
    }
    // The parser modifies its input.
    schemas.dereference(BASE, JsonSchema.of(document.copy()));
  }

  /** Checks that the document is a valid description. */
  void checkForm() {
    check("https://" + DOCUMENTS, document);
  }

  String version() {
    return document.getJsonObject("info").getString("version");
  }

  Set<String> paths() {
    return document.getJsonObject("paths").fieldNames();
  }

  /** All described answers, except those that every path has. */
  Set<String> answers() {
    Set<String> all = new TreeSet<>();
    for (String path : paths()) {
      for (Map.Entry<String, Object> operation : object("paths", path)) {
        if (operation.getKey().equals("parameters")) {
          continue;
        }
        JsonObject responses = ((JsonObject) operation.getValue()).getJsonObject("responses");
        responses.fieldNames().stream()
            .filter(status -> !status.endsWith("XX"))
            .forEach(status -> all.add(operation.getKey() + " " + path + " " + status));
      }
    }
    return all;
  }

  Set<String> seen() {
    return seen;
  }

  /** The query parameters of an operation. */
  Set<String> query(String method, String path) {
    return Stream.of(object("paths", path), object("paths", path, method))
        .flatMap(place -> place.getJsonArray("parameters", new JsonArray()).stream())
        .map(JsonObject.class::cast)
        .map(
            parameter ->
                parameter.containsKey("$ref")
                    ? object(parameter.getString("$ref").substring("#/".length()).split("/"))
                    : parameter)
        .filter(parameter -> "query".equals(parameter.getString("in")))
        .map(parameter -> parameter.getString("name"))
        .collect(Collectors.toCollection(TreeSet::new));
  }

  /** Checks that an answer matches the description. */
  void check(String method, String path, int status, UnaryOperator<String> headers, String body) {
    String what = method + " " + path + " " + status;
    List<String> place = new ArrayList<>(List.of("paths", path, method, "responses", "" + status));
    assertThat(answers()).as("described answers").contains(what);
    place = resolved(place);
    JsonObject response = object(place.toArray(String[]::new));
    checkHeaders(what, response.getJsonObject("headers", new JsonObject()), headers);
    JsonObject content = response.getJsonObject("content");
    if (content == null) {
      assertThat(body).as(what).isEmpty();
    } else {
      String type = String.valueOf(headers.apply("Content-Type")).split(";", 2)[0];
      assertThat(content.fieldNames()).as(what).contains(type);
      if (type.endsWith("json")) {
        place.addAll(List.of("content", type, "schema"));
        check(BASE + pointer(place), new JsonObject(body));
      }
    }
    seen.add(what);
  }

  private void checkHeaders(String what, JsonObject described, UnaryOperator<String> headers) {
    for (String name : described.fieldNames()) {
      JsonObject header = described.getJsonObject(name);
      if (header.containsKey("$ref")) {
        check(BASE + header.getString("$ref") + "/schema", headers.apply(name));
      } else {
        assertThat(headers.apply(name))
            .as(what)
            .isEqualTo(header.getJsonObject("schema").getString("const"));
      }
    }
  }

  /** Checks the control events of a stream. */
  void checkWord(String name, String data) {
    JsonArray kinds = object("components", "schemas", "StreamBlock").getJsonArray("anyOf");
    List<JsonObject> ofName =
        kinds.stream()
            .map(kind -> ((JsonObject) kind).getJsonObject("properties"))
            .filter(block -> block.containsKey("event"))
            .filter(block -> name.equals(block.getJsonObject("event").getString("const")))
            .toList();
    assertThat(ofName).as(name).hasSize(1);
    JsonObject content = ofName.get(0).getJsonObject("data").getJsonObject("contentSchema");
    check(BASE + content.getString("$ref"), new JsonObject(data));
  }

  /** Checks a value against one of the schemas. */
  void checkSchema(String name, String json) {
    check(BASE + "#/components/schemas/" + name, new JsonObject(json));
  }

  private void check(String schema, Object value) {
    OutputUnit result = schemas.validator(schema).validate(value);
    assertThat(result.getValid())
        .as(
            "%s: %s",
            schema,
            result.getErrors() == null
                ? ""
                : result.getErrors().stream()
                    .map(each -> each.getInstanceLocation() + " " + each.getError())
                    .collect(Collectors.joining("; ")))
        .isTrue();
  }

  /** Resolves a reference. */
  private List<String> resolved(List<String> place) {
    JsonObject there = object(place.toArray(String[]::new));
    String reference = there == null ? null : there.getString("$ref");
    return new ArrayList<>(
        reference == null ? place : List.of(reference.substring("#/".length()).split("/")));
  }

  private JsonObject object(String... place) {
    JsonObject object = document;
    for (String name : place) {
      object = object == null ? null : object.getJsonObject(name);
    }
    return object;
  }

  private static String pointer(List<String> place) {
    return place.stream()
        .map(name -> "/" + name.replace("~", "~0").replace("/", "~1"))
        .collect(Collectors.joining("", "#", ""));
  }
}
