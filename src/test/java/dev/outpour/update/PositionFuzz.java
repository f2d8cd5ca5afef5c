package dev.outpour.update;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import com.code_intelligence.jazzer.mutation.annotation.NotNull;
import java.math.BigInteger;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.params.provider.ValueSource;

/** A text is parsed exactly if it has the form of a position, and then prints unchanged. */
class PositionFuzz {

  private static final Pattern WIRE_FORM =
      Pattern.compile("([0-9A-Za-z]{8,64})-(0|[1-9][0-9]{0,18})");

  @ValueSource(strings = {"k3f9QzT1-42", "k3f9QzT1-9223372036854775807", "k3f9QzT1-0", "earliest"})
  @FuzzTest
  void isReadAsItsFormSays(@NotNull String text) {
    Matcher form = WIRE_FORM.matcher(text);
    boolean isPosition =
        form.matches()
            && new BigInteger(form.group(2)).compareTo(BigInteger.valueOf(Long.MAX_VALUE)) <= 0;

    assertThat(Position.parse(text).map(Position::toString))
        .isEqualTo(isPosition ? Optional.of(text) : Optional.empty());
  }
}
