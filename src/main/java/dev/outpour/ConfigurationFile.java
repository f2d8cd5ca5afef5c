package dev.outpour;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import dev.outpour.json.JsonFault;
import dev.outpour.settings.Section;
import dev.outpour.settings.SettingsException;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * The file a configuration comes from.
 *
 * @param name how it is called when something is wrong with it
 * @param content sections by name
 */
record ConfigurationFile(String name, JsonObject content) {
  private static final String DEFAULT = "conf/config.json";

  /**
   * @param conf a path, or JSON itself; absent: {@code conf/config.json} where there is one, else
   *     the one in the jar
   * @throws SettingsException if it is not there or not JSON
   */
  static ConfigurationFile read(Optional<String> conf) {
    if (conf.isPresent()) {
      String text = conf.get();
      return text.stripLeading().startsWith("{")
          ? parse("-conf", text)
          : parse(text, content(path(text)));
    }
    Path file = Path.of(DEFAULT);
    return Files.exists(file)
        ? parse(DEFAULT, content(file))
        : parse(DEFAULT + " of the jar", shipped());
  }

  private static ConfigurationFile parse(String name, String text) {
    try (JsonParser parser = new JsonFactory().createParser(text)) {
      parser.enable(JsonParser.Feature.STRICT_DUPLICATE_DETECTION);
      JsonToken token = parser.nextToken();
      if (token != JsonToken.START_OBJECT) {
        throw new SettingsException(List.of(name + ": is not a JSON object"));
      }
      // Only to see it fail, with the place: a section given twice would count once, silently.
      while (token != null) {
        token = parser.nextToken();
      }
      return new ConfigurationFile(name, new JsonObject(text));
    } catch (JsonProcessingException e) {
      JsonFault fault = JsonFault.of(e);
      throw new SettingsException(List.of(name + ", " + fault.place() + ": " + fault.words()));
    } catch (IOException | DecodeException e) {
      throw new SettingsException(
          List.of(name + ": has more after its JSON object, or is nested too deeply"));
    }
  }

  private static Path path(String text) {
    try {
      Section.checkFile(text);
      return Path.of(text);
    } catch (IllegalArgumentException e) {
      throw new SettingsException(List.of("-conf " + text + ": " + e.getMessage()));
    }
  }

  private static String content(Path file) {
    try {
      return Files.readString(file);
    } catch (NoSuchFileException e) {
      throw new SettingsException(List.of(file + ": there is no such file"));
    } catch (AccessDeniedException e) {
      throw new SettingsException(List.of(file + ": the hub's user may not read this file"));
    } catch (CharacterCodingException e) {
      throw new SettingsException(List.of(file + ": is not UTF-8, save it as that"));
    } catch (IOException e) {
      throw new SettingsException(List.of(file + ": cannot be read: " + firstLine(e)));
    }
  }

  private static String shipped() {
    try (InputStream stream =
        Objects.requireNonNull(Main.class.getResourceAsStream("/" + DEFAULT), DEFAULT)) {
      return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String firstLine(Exception e) {
    return String.valueOf(e.getMessage()).lines().findFirst().orElse("");
  }
}
