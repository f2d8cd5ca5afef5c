package dev.outpour;

import com.fasterxml.jackson.core.JsonProcessingException;
import dev.outpour.json.JsonFault;
import dev.outpour.json.StrictJson;
import dev.outpour.settings.Section;
import dev.outpour.settings.SettingsException;
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
 * A configuration file.
 *
 * @param name its name in error messages
 * @param content its sections by name
 */
record ConfigurationFile(String name, JsonObject content) {
  private static final String DEFAULT = "conf/config.json";

  /**
   * Reads the configuration.
   *
   * @param conf a path, or the JSON itself. If absent: {@code conf/config.json} if it exists,
   *     otherwise that of the jar
   * @throws SettingsException if the file does not exist or is not JSON
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
    try {
      return new ConfigurationFile(name, StrictJson.parseExplained(text));
    } catch (JsonProcessingException e) {
      JsonFault fault = JsonFault.of(e);
      throw new SettingsException(List.of(name + ", " + fault.place() + ": " + fault.words()));
    } catch (IllegalArgumentException e) {
      throw new SettingsException(List.of(name + ": " + e.getMessage()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
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
      throw new SettingsException(List.of(file + ": does not exist"));
    } catch (AccessDeniedException e) {
      throw new SettingsException(List.of(file + ": cannot be read by the hub's user"));
    } catch (CharacterCodingException e) {
      throw new SettingsException(List.of(file + ": is not UTF-8"));
    } catch (IOException e) {
      throw new SettingsException(List.of(file + ": cannot be read: " + firstLine(e)));
    }
  }

  private static String shipped() {
    try (InputStream stream =
        Objects.requireNonNull(
            ConfigurationFile.class.getResourceAsStream("/" + DEFAULT), DEFAULT)) {
      return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String firstLine(Exception e) {
    return String.valueOf(e.getMessage()).lines().findFirst().orElse("");
  }
}
