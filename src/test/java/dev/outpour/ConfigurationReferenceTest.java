package dev.outpour;

import static org.assertj.core.api.Assertions.assertThat;

import dev.outpour.settings.SettingKey;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** Compares the tables of settings in the documentation with the settings that the hub reads. */
class ConfigurationReferenceTest {
  private static final Path PAGE = Path.of("docs/reference/configuration.md");
  private static final Pattern ROW =
      Pattern.compile(
          "^\\| `([a-z]+\\.[A-Za-z0-9]+)` \\| ([^|]*) \\| [^|]+ \\|$", Pattern.MULTILINE);

  @Test
  void thePageListsEverySettingWithItsDefaultAndNoOther() throws IOException {
    Map<String, String> read =
        ConfigurationTest.keys().stream()
            .collect(Collectors.toMap(SettingKey::path, SettingKey::defaultText));

    Map<String, String> documented =
        ROW.matcher(Files.readString(PAGE))
            .results()
            .collect(
                Collectors.toMap(
                    row -> row.group(1), row -> row.group(2).strip().replace("`", "")));

    assertThat(documented).containsExactlyInAnyOrderEntriesOf(read);
  }

  @Test
  void everyRowThatLooksLikeASettingIsUnderstood() throws IOException {
    long rows =
        Files.readAllLines(PAGE).stream()
            .filter(line -> line.matches("\\| `[a-z]+\\.[A-Za-z0-9]+`.*"))
            .count();
    Matcher understood = ROW.matcher(Files.readString(PAGE));

    assertThat(rows).isEqualTo(understood.results().count());
  }
}
